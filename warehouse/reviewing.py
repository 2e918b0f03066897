"""Writing reviews: one function for the command line and for the pages, and what is written seen at once.

A review goes to the journal and nowhere else; the writer takes it in at the next publish. Until then `overlay_figures` and
`overlay_articles` lay it over the rows of a query.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from r57monitor.errors import UsageError
from r57monitor.ledger.review_places import describe_place, find_place
from r57monitor.ledger.reviews import (
    ARTICLE_FIELDS,
    FIGURE_FIELDS,
    STATES,
    TONES,
    Review,
    added_figure_id,
    parse_review,
)
from r57monitor.text.segment import find_sentences
from warehouse.db import Row, to_utc
from warehouse.facts import journal_row, make_article_id
from warehouse.journal import Entry, Journal
from warehouse.queries.reader import Reader

FIGURE_VERDICTS = ("accept", "reject", "fix", "undo")
_VIETNAM_HOURS = timedelta(hours=7)


@dataclass(frozen=True, slots=True)
class ReviewedArticle:
    """An article as a reviewer finds it: its latest text, and its day in Vietnam where it has one."""

    article_id: str
    url: str
    text: str
    day: date | None


def find_article(reader: Reader, url_or_id: str) -> ReviewedArticle:
    """The article of an address or id. Raises UsageError where there is none."""
    sql = "SELECT article_id, url, text, published_at FROM main.articles WHERE url = $1 OR article_id IN ($1, $2)"
    rows = reader.rows(sql, [url_or_id, make_article_id(url_or_id)])
    if not rows:
        raise UsageError(f'no published article has the address or id "{url_or_id}". `r57 articles --all --json` lists them.')
    row = rows[0]
    instant: datetime | None = row["published_at"]
    return ReviewedArticle(row["article_id"], row["url"], row["text"], (instant + _VIETNAM_HOURS).date() if instant else None)


def review_figure(
    reader: Reader,
    journal: Journal,
    figure_id: str,
    verdict: str,
    *,
    by: str,
    changes: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> Entry:
    """Write a review of one figure, tied to where it stands in its article. Returns the journal entry.

    figure_id: as the published views show it, also of a figure that was rejected. changes: as `read_figure_fields` gives them.
    Raises UsageError for an unknown figure or verdict, for a fix without changes or a new mention that is not in the text.
    """
    if verdict not in FIGURE_VERDICTS:
        raise UsageError(f'"{verdict}" is no verdict on a figure; there are {", ".join(FIGURE_VERDICTS)}.')
    if verdict == "fix" and not changes:
        raise UsageError("a fix needs at least one attribute to change; `r57 review fix --help` lists them.")
    row = _find_figure(reader, journal, figure_id)
    text = row["text"]
    if changes and changes.get("mention") and find_place(text, changes["mention"], near=row["start_char"]) is None:
        raise UsageError(f'the mention "{changes["mention"]}" does not stand in {row["url"]}.')
    place = describe_place(text, row["start_char"], row["end_char"])
    was = {name: _plain(row.get(name)) for name in (*FIGURE_FIELDS, "sentence") if row.get(name) is not None}
    return journal.append(
        "review",
        verdict=verdict,
        by=by,
        url=row["url"],
        figure_id=figure_id,
        **place,
        was=was,
        changes=dict(changes or {}) or None,
        note=note,
    )


def _find_figure(reader: Reader, journal: Journal, figure_id: str) -> Row:
    """A figure with its address and the text it stands in: as shown, else as it was read (a rejected one)."""
    joined = """SELECT f.*, a.url, t.text FROM {figures} f
        JOIN derived.versions v ON v.article_id = f.article_id AND {which}
        JOIN core.texts t ON t.article_id = v.article_id AND t.text_hash = v.text_hash
        JOIN derived.articles a ON a.article_id = f.article_id
        WHERE f.figure_id = ? ORDER BY v.revision DESC LIMIT 1"""
    for figures, which in (("main.figures_all", "v.revision = f.revision"), ("core.text_figures", "v.text_hash = f.text_hash")):
        rows = reader.rows(joined.format(figures=figures, which=which), [figure_id])
        if rows:
            return rows[0]
    for review in pending_reviews(reader, journal):
        if review.verdict == "add" and review.figure_id == figure_id:
            article = find_article(reader, review.url)
            span = find_place(article.text, review.mention or "", review.before, review.after, review.start)
            if span is not None:
                return dict(review.changes) | {"url": review.url, "text": article.text, "start_char": span[0], "end_char": span[1]}
    raise UsageError(f'there is no figure "{figure_id}". `r57 figures --json` shows the id of each.')


def add_figure(
    reader: Reader,
    journal: Journal,
    url_or_id: str,
    mention: str,
    *,
    by: str,
    changes: Mapping[str, Any],
    number: int = 1,
    note: str | None = None,
) -> Entry:
    """Write down a figure that was missed. number: which occurrence of the mention is meant.

    changes: its attributes; value and unit are needed. Raises UsageError where the mention does not stand in the article's text.
    """
    article = find_article(reader, url_or_id)
    spans = _occurrences(article.text, mention)
    if not 1 <= number <= len(spans):
        times = f"{len(spans)} times" if spans else "nowhere"
        raise UsageError(f'the mention "{mention}" stands {times} in the text of {article.url}.')
    missing = [name for name in ("value", "unit") if changes.get(name) in (None, "")]
    if missing:
        raise UsageError(f'"{mention}" gives no {" and no ".join(missing)}: say it with --{" and --".join(missing)}.')
    place = describe_place(article.text, *spans[number - 1])
    figure_id = added_figure_id(article.url, place["mention"], place["before"], place["after"])
    was = {"sentence": _sentence_at(article.text, *spans[number - 1])}
    return journal.append(
        "review", verdict="add", by=by, url=article.url, figure_id=figure_id, **place, was=was, changes=dict(changes), note=note
    )


def _sentence_at(text: str, start: int, end: int) -> str:
    return next((text[s.start : s.end] for s in find_sentences(text) if s.start <= start and end <= s.end), text[start:end])


def _occurrences(text: str, mention: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    begin = 0
    while mention.strip() and (span := find_place(text[begin:], mention)) is not None:
        found.append((begin + span[0], begin + span[1]))
        begin += span[1]
    return found


def review_article(
    reader: Reader, journal: Journal, url_or_id: str, *, by: str, changes: Mapping[str, Any] | None, note: str | None = None
) -> Entry:
    """Write a review of an article. changes: of is_relevant, published (ISO day), provinces (names), copy_of (address or id of the
    article it is a copy of, "" for none), complete (every figure was looked at), tone (of TONES, "" for none); None takes earlier
    reviews back.

    Raises UsageError for an unknown article or field, or an article that would be a copy of itself.
    """
    article = find_article(reader, url_or_id)
    if changes is None:
        return journal.append("review", verdict="undo", by=by, url=article.url, note=note)
    wrong = sorted(set(changes) - set(ARTICLE_FIELDS))
    if wrong or not changes:
        raise UsageError(f"a review of an article changes {', '.join(ARTICLE_FIELDS)}" + (f', not "{wrong[0]}".' if wrong else "."))
    said = dict(changes)
    if said.get("tone") and said["tone"] not in TONES:
        raise UsageError(f'"{said["tone"]}" is no tone; there are {", ".join(TONES)}.')
    if said.get("copy_of"):
        said["copy_of"] = find_article(reader, said["copy_of"]).url
        if said["copy_of"] == article.url:
            raise UsageError(f"{article.url} cannot be a copy of itself.")
    return journal.append("review", verdict="article", by=by, url=article.url, changes=said, note=note)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def pending_reviews(reader: Reader, journal: Journal) -> list[Review]:
    """Reviews in the journal that the published file does not know yet, oldest first."""
    written = {journal_row(entry)["entry_id"]: entry for entry in journal.iterate("review")}
    if not written:
        return []
    known = reader.rows("SELECT entry_id FROM core.journal WHERE entry_id IN (SELECT unnest(?::VARCHAR[]))", [list(written)])
    for row in known:
        del written[row["entry_id"]]
    return [review for entry_id, entry in written.items() if (review := parse_review(entry, entry_id))]


def overlay_figures(rows: Iterable[Row], pending: Sequence[Review]) -> list[Row]:
    """Rows of figures as they will be: rejected ones gone, fixed ones with their new values. Other columns stay as they are."""
    by_figure: dict[str, list[Review]] = {}
    for review in pending:
        if review.figure_id:
            by_figure.setdefault(review.figure_id, []).append(review)
    shown = []
    for row in rows:
        laid: Row | None = dict(row)
        for review in by_figure.get(row["figure_id"], ()):
            laid = _lay_over(dict(row), laid, review)
        if laid is not None:
            shown.append(laid)
    return shown


def _lay_over(published: Row, laid: Row | None, review: Review) -> Row | None:
    if review.verdict == "reject":
        return None
    if review.verdict == "undo":
        return published | ({"review": None} if "review" in published else {})
    changed = {k: v for k, v in review.changes.items() if k in published}
    return (laid or published) | changed | {"review": STATES[review.verdict], "confidence": 1.0}


def added_figures(pending: Sequence[Review]) -> list[Row]:
    """Figures that people added and the published file does not show yet: their attributes, article and place."""
    standing: dict[str, Review] = {}
    for review in pending:
        if review.verdict == "add" and review.figure_id:
            standing[review.figure_id] = review
        elif review.verdict in {"reject", "undo"} and review.figure_id:
            standing.pop(review.figure_id, None)
    return [
        {"comparator": "eq", "kind": "result", "is_change": False}
        | dict(review.changes)
        | {"sentence": review.was.get("sentence")}
        | {
            "figure_id": figure_id,
            "article_id": make_article_id(review.url),
            "url": review.url,
            "mention": review.mention,
            "start_char": review.start,
            "review": "added",
            "confidence": 1.0,
        }
        for figure_id, review in standing.items()
    ]


def overlay_articles(rows: Iterable[Row], pending: Sequence[Review]) -> list[Row]:
    """Rows of articles with the relevance and date people gave them; those said to be irrelevant stay, marked so."""
    said: dict[str, dict[str, Any]] = {}
    for review in pending:
        if review.verdict == "article":
            said.setdefault(review.url, {}).update(review.changes)
            if "tone" in review.changes:
                said[review.url] |= {"tone_by": review.by, "tone_at": to_utc(review.at)}
        elif review.verdict == "undo" and review.mention is None:
            said[review.url] = {"tone": ""}  # and what the published file has of the rest stays until the next publish
    shown = []
    for row in rows:
        changes = said.get(row["url"], {})
        laid = dict(row)
        if "is_relevant" in changes:
            laid["is_relevant"] = changes["is_relevant"]
        if changes.get("published"):
            laid["published_at"] = datetime.fromisoformat(changes["published"]) - _VIETNAM_HOURS
            laid["published_from"] = "given"
        if "copy_of" in changes:
            laid["is_original"] = changes["copy_of"] == ""
        if "tone" in changes and "tone" in laid:
            tone = changes["tone"] or None
            laid |= {"tone": tone, "tone_by": changes.get("tone_by") if tone else None, "tone_at": changes.get("tone_at") if tone else None}
        if "provinces" in changes and "provinces" in laid:
            laid |= {name: list(changes["provinces"]) for name in ("provinces", "provinces_now") if name in laid}
        shown.append(laid)
    return shown


def lost_reviews(reader: Reader) -> list[Row]:
    """Reviews whose place is not found in today's texts, newest first; those that a later one overrides are left out."""
    sql = """SELECT DISTINCT ON (review_id) review_id, reviewed_at, reviewer, verdict, url, mention, note, body FROM main.reviews
             WHERE NOT is_found AND is_current AND verdict <> 'undo' ORDER BY review_id"""
    rows = reader.rows(sql)
    for row in rows:
        entry = json.loads(row.pop("body"))
        row["around"] = f"…{entry.get('before', '')}[{row['mention']}]{entry.get('after', '')}…" if row["mention"] else None
    return sorted(rows, key=lambda r: (r["reviewed_at"], r["review_id"]), reverse=True)
