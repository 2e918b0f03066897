"""`r57 withdraw`: an article or a person's name taken out of everything a home holds, with a tombstone that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from r57monitor.cli.notes import note, tell
from r57monitor.cli.options import CsvOption, HomeOption, JsonOption, announce, choose_home, choose_shape, print_rows
from r57monitor.cli.review import reviewer
from r57monitor.errors import UsageError
from warehouse.home import Home
from warehouse.journal import Journal

_COLUMNS = ("decided_at", "kind", "url", "reason", "decided_by", "lifted_at", "withdrawal_id")


@dataclass(frozen=True, slots=True)
class _Target:
    url: str
    article_id: str
    is_known: bool = True  # it was read here


def withdraw(
    ctx: typer.Context,
    articles: Annotated[list[str] | None, typer.Argument(metavar="URL_OR_ID", help="Addresses or ids of articles.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="A person's name, to be blacked out everywhere, now and later.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why; the tombstone shows it.")] = None,
    copies: Annotated[bool, typer.Option("--copies", help="Also every copy of the articles.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Show what was withdrawn.")] = False,
    lift: Annotated[str | None, typer.Option("--lift", metavar="ID", help="End a withdrawal: later crawls may fetch again.")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides; default: your login name.")] = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    home: HomeOption = None,
) -> None:
    """Take an article or a name out of texts, search, digests, published files and archive, for good; later crawls keep it out.

    The archived page itself is overwritten, and what archived feeds and listings say of it: there is no way back but to fetch it
    again. A tombstone stays in the view `withdrawals`.

    Example:  r57 withdraw https://example.org/bai-1.html --reason 'theo yêu cầu của tòa soạn'
    """
    chosen = choose_home(ctx, home)
    if listed:
        _show(chosen, as_json, as_csv)
        return
    if lift is not None:
        _lift(chosen, lift, reviewer(by), reason)
        return
    if bool(articles) == bool(name):
        raise UsageError("name articles (address or id) or --name NAME, one of the two.")
    if not reason or not reason.strip():
        raise UsageError("say why with --reason: the tombstone shows it.")
    announce(chosen)
    _withdraw(chosen, articles or [], name, reason.strip(), copies, reviewer(by))


def _withdraw(home: Home, articles: list[str], name: str | None, reason: str, copies: bool, by: str) -> None:
    from r57monitor.cli.progress import Shown
    from r57monitor.cli.session import open_session
    from r57monitor.text.blackout import check_name
    from warehouse.publish import ensure_published
    from warehouse.withdraw import note_withdrawal

    kept = check_name(name) if name else None
    if name and kept is None:
        raise UsageError(f'--name "{name}" is too short to be told from ordinary words: give the full name.')
    ensure_published(home)
    targets, others = _find(home, articles, copies)
    journal = Journal(home.journal)
    with home.lock("withdraw"):
        for target in targets:
            note_withdrawal(journal, reason=reason, by=by, url=target.url, article_id=target.article_id)
        if kept:
            note_withdrawal(journal, reason=reason, by=by, name=kept)
    with Shown() as shown, open_session(home, "withdraw", {}, shown) as session:
        pass
    what = f"{len(targets)} articles" if len(targets) != 1 else targets[0].url
    tell(f"withdrawn: {'the name' if kept else what}. `r57 withdraw --list` shows the tombstone.")
    for target in targets:
        if not target.is_known:
            back = "`r57 withdraw --lift ID` takes this back."
            note(f"{target.url}: no article here has this address. It is kept out from now on; was another meant, {back}")
    if others:
        note(f"{len(others)} copies of it stay, such as {others[0]}; --copies withdraws them too.")
    for file in session.withdrawn:
        note(f"removed, because it quoted what was withdrawn: {file}; make it anew with `r57 digest`.")


def _find(home: Home, articles: list[str], copies: bool) -> tuple[list[_Target], list[str]]:
    """What is meant, and the addresses of copies that stay. An address never seen is kept out all the same."""
    from r57monitor.text.urls import canonical_url
    from warehouse.facts import make_article_id
    from warehouse.queries import open_published

    found: dict[str, _Target] = {}
    others: list[str] = []
    with open_published(home) as reader:
        for given in articles:
            url = canonical_url(given) if "://" in given else given
            sql = """SELECT b.url, b.article_id, b.article_id = a.article_id AS is_named FROM main.articles a
                     JOIN main.articles b ON b.cluster_id = a.cluster_id
                     WHERE a.url IN ($1, $2) OR a.article_id = $1 ORDER BY b.url"""
            rows = reader.rows(sql, [given, url])
            if not rows and "://" not in given:
                raise UsageError(f'no published article has the id "{given}". `r57 articles --all --json` lists them.')
            if not rows:
                found[url] = _Target(url, make_article_id(url), is_known=False)
            for row in rows:
                if row["is_named"] or copies:
                    found[row["url"]] = _Target(row["url"], row["article_id"])
                else:
                    others.append(row["url"])
    return list(found.values()), [url for url in others if url not in found]


def _show(home: Home, as_json: bool, as_csv: bool) -> None:
    from warehouse.queries import open_published

    with open_published(home) as reader:
        rows: list[dict[str, Any]] = reader.rows("SELECT * FROM main.withdrawals ORDER BY decided_at DESC, withdrawal_id")
    print_rows(rows, _COLUMNS, choose_shape(as_json, as_csv))


def _lift(home: Home, withdrawal: str, by: str, reason: str | None) -> None:
    journal = Journal(home.journal)
    known = {e["id"] for e in journal.iterate() if e["event"] == "withdrawal"}
    if withdrawal not in known:
        raise UsageError(f'there is no withdrawal "{withdrawal}". `r57 withdraw --list` shows the ids.')
    announce(home)
    journal.append("withdrawal_lifted", withdrawal=withdrawal, by=by, reason=reason)
    tell("lifted: later crawls may fetch it again; what was taken out of the archive stays out.")


def register(app: typer.Typer) -> None:
    """Add `r57 withdraw`."""
    app.command("withdraw")(withdraw)
