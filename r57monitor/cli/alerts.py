"""`r57 alerts`: rules that tell of a figure, a source or a deadline before Monday."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Annotated

import typer

from r57monitor.cli.notes import note, tell
from r57monitor.cli.options import CsvOption, HomeOption, JsonOption, announce, choose_home, choose_shape, parse_day, print_rows
from r57monitor.cli.outbox import deliver, load_settings
from r57monitor.errors import R57Error, UsageError
from warehouse.home import Home

if TYPE_CHECKING:
    from r57monitor.alerts import Rule
    from r57monitor.delivery.letters import Fact
    from r57monitor.preferences import Preferences

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Messages about what cannot wait until Monday, by rules in the home's alerts/ folder.\n\nExample:  r57 alerts example",
)
_LISTED = ("id", "watch", "channel", "matching", "told", "waiting", "where")


def _rules(home: Home, settings: Preferences) -> list[Rule]:
    from r57monitor.alerts import load_rules
    from r57monitor.delivery.notices import name_addresses

    return load_rules(home.alerts, name_addresses(settings.alerts))


@commands.command("list")
def list_rules(ctx: typer.Context, as_json: JsonOption = False, as_csv: CsvOption = False, home: HomeOption = None) -> None:
    """Every rule with how much matches now, how much was told and how much waits.

    Example:  r57 alerts list
    """
    from r57monitor.delivery.outbox import Outbox
    from r57monitor.delivery.watch import find_alerts
    from warehouse.queries import open_published

    chosen = choose_home(ctx, home)
    settings = load_settings(chosen)
    rules = _rules(chosen, settings)
    if not rules:
        note(f"there are no rules in {chosen.alerts}; `r57 alerts example` writes one.")
        return
    facts = Outbox(chosen.path).facts()
    with open_published(chosen) as reader:
        found = find_alerts(reader, rules, settings.office.language)
    rows = [
        {
            "id": rule.id, "watch": rule.watch, "channel": rule.channel, "matching": sum(a.rule_id == rule.id for a in found),
            "told": _count(facts, rule, is_told=True), "waiting": _count(facts, rule, is_told=False), "where": rule.where,
        }
        for rule in rules
    ]  # fmt: skip
    print_rows(rows, _LISTED, choose_shape(as_json, as_csv))


def _count(facts: list[Fact], rule: Rule, *, is_told: bool) -> int:
    return sum(fact.rule_id == rule.id and (fact.letter_id is not None) == is_told for fact in facts)


@commands.command("check")
def check_rules(ctx: typer.Context, home: HomeOption = None) -> None:
    """Read every rule and every address; the first that is wrong is named with its line.

    Example:  r57 alerts check
    """
    from r57monitor.catalogue import load_home_catalogue
    from r57monitor.delivery.notices import check_addresses
    from r57monitor.digest.request import find_province

    chosen = choose_home(ctx, home)
    settings = load_settings(chosen)
    rules = _rules(chosen, settings)
    check_addresses(settings.alerts)
    known = set(load_home_catalogue(chosen.metrics).ids())
    for rule in rules:
        for province in rule.provinces:
            find_province(province)
        if wrong := set(rule.metrics) - known:
            raise UsageError(f'{rule.where}: there is no metric "{min(wrong)}".')
    tell(f"{len(rules)} rules, {len(settings.alerts.urls) + sum(map(len, settings.alerts.channels.values()))} addresses: all right.")


@commands.command("example")
def write_example(ctx: typer.Context, home: HomeOption = None) -> None:
    """Write alerts/vi-du.toml, a file with one rule of each sort to change; one that is there already is not touched.

    Example:  r57 alerts example
    """
    chosen = choose_home(ctx, home)
    file = chosen.alerts / "vi-du.toml"
    text = (resources.files("r57monitor") / "data" / "alerts_example.toml").read_text("utf-8")
    try:
        chosen.alerts.mkdir(parents=True, exist_ok=True)
        with open(file, "x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        raise UsageError(f"{file} is there already; delete it or write your rules into another file beside it.") from error
    except OSError as error:
        raise R57Error(f"cannot write {file}: {error.strerror}.") from error
    typer.echo(str(file))
    tell("Take away the # before what you want, set alerts.urls in settings.toml, then `r57 alerts check`.")


@commands.command("test")
def send_test(
    ctx: typer.Context,
    channel: Annotated[str, typer.Option("--channel", help="Channel of the settings.")] = "default",
    home: HomeOption = None,
) -> None:
    """Send a test message to every address of a channel at once, and say what became of it.

    Example:  r57 alerts test --channel default
    """
    from r57monitor.delivery import notices
    from r57monitor.delivery.errors import PermanentError, TemporaryError
    from r57monitor.wording import load_texts

    chosen = choose_home(ctx, home)
    announce(chosen)
    settings = load_settings(chosen)
    texts = load_texts(settings.office.language)
    addresses = _addresses(settings, channel)
    failed = 0
    for name, url in addresses.items():
        try:
            notices.hand_over(url, texts("alert.test_subject"), notices.notice_body(texts("alert.test_text")))
            tell(f"{name}: sent")
        except (TemporaryError, PermanentError) as error:
            failed += 1
            note(f"{name}: {error}")
    if failed:
        raise R57Error(f"{failed} of {len(addresses)} addresses did not take the test message.")


def _addresses(settings: Preferences, channel: str) -> Mapping[str, str]:
    from r57monitor.delivery.notices import name_addresses

    channels = name_addresses(settings.alerts)
    if channel not in channels:
        raise UsageError(f'there is no alerts channel "{channel}"; settings have {", ".join(channels)}.')
    if not channels[channel]:
        raise UsageError(f'the alerts channel "{channel}" has no address: set alerts.urls in settings.toml, or R57_ALERT_URLS.')
    return channels[channel]


@commands.command("run")
def run_rules(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be told; keep and send nothing.")] = False,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="First day of publication, instead of each rule's days.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Ask every rule, keep what is new, send it: each fact once, in one message a channel, outside the quiet hours.

    Example:  r57 alerts run --dry-run
    """
    from r57monitor.delivery.outbox import Outbox
    from r57monitor.delivery.watch import find_alerts, note_alerts, queue_notices
    from warehouse.queries import open_published

    chosen = choose_home(ctx, home)
    settings = load_settings(chosen)
    rules, language, first = _rules(chosen, settings), settings.office.language, parse_day(since, "--since")
    outbox = Outbox(chosen.path)
    with open_published(chosen) as reader:
        if dry_run:
            known = outbox.known()
            told = [alert for alert in find_alerts(reader, rules, language, first) if (alert.rule_id, alert.key) not in known]
            for alert in told:
                typer.echo(f"[{alert.rule_id} → {alert.channel}] {alert.text}\n{alert.proof}\n")
            tell(f"{len(told)} alerts would be told.")
            return
        announce(chosen)
        new, recovered = note_alerts(outbox, reader, rules, language, first)
    notices = queue_notices(outbox, settings.alerts, {rule.id: rule for rule in rules}, language)
    tell(f"{new} new alerts, {recovered} of them recoveries; {notices} messages.")
    if waiting := len(outbox.untold()):
        note(f"{waiting} alerts wait (quiet hours, grouping, or a channel without an address).")
        if not (settings.alerts.urls or settings.alerts.channels):
            note("no address is set: see alerts.urls in `r57 settings`.")
    deliver(chosen, settings)
