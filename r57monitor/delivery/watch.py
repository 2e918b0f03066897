"""Asks the published views what the alert rules want, keeps what is new for the outbox, and groups it into notices."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from r57monitor import alerts
from r57monitor.alerts import Alert, Rule
from r57monitor.clock import VIETNAM, utc_now
from r57monitor.delivery.letters import Fact
from r57monitor.delivery.notices import name_addresses, notice_body
from r57monitor.delivery.outbox import Outbox
from r57monitor.preferences import Alerts
from r57monitor.wording import Language, local_day
from warehouse.queries import Filters, Reader, articles, figures, snapshot, source_trouble, targets
from warehouse.queries.pages import all_official_differences, figure_proofs, has_health

_MOST = 5_000  # rows a rule looks at
_SOURCE = "source|"  # begins the key of an alert that a source is failing


def find_alerts(reader: Reader, rules: Sequence[Rule], language: Language, since: date | None = None) -> list[Alert]:
    """What each rule has to tell of the published file, told before or not. since: the first day of publication, instead of each rule's."""
    last = local_day(snapshot(reader)["observed_until"])
    if last is None:
        return []
    return [alert for rule in rules for alert in _ask(reader, rule, since or last - timedelta(days=rule.days), last, language)]


def _ask(reader: Reader, rule: Rule, since: date, last: date, language: Language) -> list[Alert]:
    wanted = Filters(
        provinces=rule.provinces, metrics=rule.metrics, sources=rule.sources, kinds=rule.kinds, date_from=since, originals_only=True
    )  # fmt: skip
    if rule.watch == "figures":
        rows = figures(reader, _with_states(wanted, rule), _MOST)
        return alerts.find_figures(rule, rows, figure_proofs(reader, [row["against_figure_id"] for row in rows]), language)
    if rule.watch == "articles":
        return alerts.find_articles(rule, articles(reader, wanted, _MOST), language)
    if rule.watch == "sources":
        return alerts.find_sources(rule, source_trouble(reader), last, language)
    if rule.watch == "deadlines":
        docket = Filters(provinces=rule.provinces, metrics=rule.metrics, date_from=last, date_to=last + timedelta(days=rule.days))
        return alerts.find_deadlines(rule, targets(reader, docket, _MOST), last, language)
    return alerts.find_official(rule, all_official_differences(reader, rule.provinces, rule.metrics), language)


def _with_states(wanted: Filters, rule: Rule) -> Filters:
    return replace(wanted, states=alerts.states_of(rule))


def note_alerts(outbox: Outbox, reader: Reader, rules: Sequence[Rule], language: Language, since: date | None = None) -> tuple[int, int]:
    """Keep what is new for sending, and what is over: how many alerts are new, and how many of them tell of a recovery."""
    now = utc_now()
    found = [_fact(alert, now) for alert in find_alerts(reader, rules, language, since)]
    told = outbox.open_facts(_SOURCE)
    over = _find_over(told, reader, rules, {(fact.rule_id, fact.key) for fact in found})
    by_id = {rule.id: rule for rule in rules}
    last = local_day(snapshot(reader)["observed_until"]) or now.astimezone(VIETNAM).date()
    recovered = [
        _fact(alerts.tell_recovery(by_id[fact.rule_id], fact.key, _source_name(reader, fact.key), last, language), now)
        for fact in over if fact.letter_id is not None  # what nobody heard of need not be taken back
    ]  # fmt: skip
    known = {(fact.rule_id, _source_of(fact.key)) for fact in told}
    fresh = [fact for fact in found if not fact.key.startswith(_SOURCE) or (fact.rule_id, _source_of(fact.key)) not in known]
    new = outbox.note([*fresh, *recovered]) if fresh or recovered else 0
    if over:
        outbox.close(over)
    return new, len(recovered)


def _fact(alert: Alert, now: datetime) -> Fact:
    return Fact(alert.rule_id, alert.key, alert.channel, alert.text, alert.proof, now)


def _find_over(told: Sequence[Fact], reader: Reader, rules: Sequence[Rule], found: set[tuple[str, str]]) -> list[Fact]:
    """Failing sources told of before that answer again; one that is merely not visited has not recovered."""
    watching = {rule.id for rule in rules if rule.watch == "sources"}
    return [
        fact for fact in told
        if fact.rule_id in watching and (fact.rule_id, fact.key) not in found and has_health(reader, _source_of(fact.key))
    ]  # fmt: skip


def _source_of(key: str) -> str:
    return key.split("|")[1]


def _source_name(reader: Reader, key: str) -> str:
    source_id = _source_of(key)
    found = reader.rows("SELECT name FROM main.sources WHERE source_id = ?", [source_id])
    return str(found[0]["name"]) if found else source_id


def queue_notices(outbox: Outbox, settings: Alerts, rules: Mapping[str, Rule], language: Language, now: datetime | None = None) -> int:
    """Turn alerts nobody was told of into one notice a channel, unless the hour or a notice just sent says to wait. How many notices."""
    now = now or utc_now()
    quiet = is_quiet(now.astimezone(VIETNAM).time(), settings.quiet_from, settings.quiet_until)
    addresses = name_addresses(settings)
    queued = 0
    for channel, group in groupby(sorted(outbox.untold(), key=lambda fact: fact.channel), key=lambda fact: fact.channel):
        facts = [fact for fact in group if not quiet or ((rule := rules.get(fact.rule_id)) is not None and rule.urgent)]
        last = outbox.last_notice(channel) if facts else None
        if (
            not facts
            or not addresses.get(channel)
            or (last is not None and timedelta(0) <= now - last < timedelta(minutes=settings.group_min))
        ):
            continue
        subject, text = alerts.compose([(fact.text, fact.proof) for fact in facts], language)
        name = hashlib.sha256("\n".join(f"{fact.rule_id} {fact.key}" for fact in facts).encode()).hexdigest()[:32]
        outbox.tell(facts, f"notice-{name}", subject, notice_body(text), addresses[channel])
        queued += 1
    return queued


def is_time_to_tell(outbox: Outbox, settings: Alerts, now: datetime) -> bool:
    """Whether an alert waits that may go out now."""
    if is_quiet(now.astimezone(VIETNAM).time(), settings.quiet_from, settings.quiet_until):
        return False
    addresses = name_addresses(settings)
    return any(addresses.get(fact.channel) for fact in outbox.untold())


def is_quiet(at: time, start: time, end: time) -> bool:
    """Whether a time of day lies in the quiet hours, which may span midnight; equal ends mean none."""
    return start <= at < end if start <= end else at >= start or at < end
