"""What people say of figures and articles: kept by address, words and what stands around them, so that it outlives the rules.

A review is a journal entry. It is tied to its place by the article's address, the mention and up to 40 folded characters on
each side; `settle` finds that place in the texts as they are read today and says what holds there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from r57monitor.ledger.ids import make_id
from r57monitor.ledger.review_places import find_place
from r57monitor.text.normalize import fold

Row = dict[str, Any]
Key = tuple[str, str]  # article_id, text_hash

VERDICTS = frozenset({"accept", "reject", "fix", "add", "article", "undo"})
# What a review of a figure may change; `mention` moves its span.
FIGURE_FIELDS = (
    "metric_id", "label", "value", "value_max", "denominator", "unit", "comparator", "kind", "is_change", "level", "scope", "whole",
    "period", "province_id", "province", "as_of", "as_of_precision", "as_of_from", "due", "due_precision", "mention",
)  # fmt: skip
ARTICLE_FIELDS = ("is_relevant", "published", "provinces", "copy_of", "complete", "tone")
# How a person finds an article for the office's monthly report; never worked out by the machine. "" takes it back.
TONES = ("favourable", "neutral", "notable")
STATES = {"accept": "accepted", "fix": "fixed", "add": "added", "reject": "rejected"}
_DATES = ("as_of", "due")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One journal entry about a figure (its place given by mention, before, after) or about an article."""

    review_id: str
    at: datetime
    by: str
    verdict: str
    url: str
    figure_id: str | None = None
    mention: str | None = None
    before: str = ""
    after: str = ""
    start: int | None = None
    was: Mapping[str, Any] = field(default_factory=dict)  # the figure as the reviewer saw it
    changes: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a review: its figure as it is read today, whether its place was found, and whether a later one overrode it."""

    review: Review
    article_id: str | None
    figure_id: str | None
    is_found: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """figures: rows with `review` that stand in place of what was read; articles: what reviews say of articles, by id."""

    figures: list[Row]
    articles: dict[str, dict[str, Any]]
    outcomes: list[Outcome]


def parse_review(entry: Mapping[str, Any], review_id: str) -> Review | None:
    """A review from its journal entry; None for one that says nothing usable.

    (An unknown verdict, no address, a broken value; or its article was withdrawn.)
    """
    verdict, url, at = entry.get("verdict"), entry.get("url"), entry.get("at")
    was, changes = entry.get("was") or {}, entry.get("changes") or {}
    if (
        entry.get("withdrawn")
        or verdict not in VERDICTS
        or not isinstance(url, str)
        or not isinstance(was, dict)
        or not isinstance(changes, dict)
    ):
        return None
    try:
        return Review(
            review_id=review_id,
            at=datetime.fromisoformat(str(at)),
            by=str(entry.get("by") or ""),
            verdict=str(verdict),
            url=url,
            figure_id=entry.get("figure_id"),
            mention=entry.get("mention"),
            before=str(entry.get("before") or ""),
            after=str(entry.get("after") or ""),
            start=entry.get("start") if isinstance(entry.get("start"), int) else None,
            was=_with_dates(was),
            changes=_with_dates(changes) if verdict != "article" else dict(changes),
            note=entry.get("note"),
        )
    except (TypeError, ValueError):
        return None


def _with_dates(values: Mapping[str, Any]) -> dict[str, Any]:
    known = {k: v for k, v in values.items() if k in FIGURE_FIELDS or k == "sentence"}
    for name in _DATES:
        if known.get(name):
            known[name] = date.fromisoformat(str(known[name])[:10])
    for name in ("value", "value_max", "denominator"):
        if known.get(name) is not None:
            known[name] = float(known[name])
    return known


def settle(
    reviews: Iterable[Review],
    article_ids: Mapping[str, str],
    texts: Mapping[Key, str],
    figures: Mapping[Key, Sequence[Row]],
) -> Settled:
    """What all reviews together say of what was read.

    article_ids: address to article. texts: of the articles reviewed, every version. figures: rows of core.text_figures by text.
    A later review overrides an earlier one of the same figure or article; "undo" takes all earlier ones back.
    """
    ordered = sorted(reviews, key=lambda r: (r.at, r.review_id))
    by_article: dict[str, list[Key]] = defaultdict(list)
    for key in texts:
        by_article[key[0]].append(key)
    articles: dict[str, dict[str, Any]] = {}
    standing: dict[str, _Standing] = {}
    outcomes: list[tuple[Review, str | None, str | None, bool]] = []
    last: dict[str, str] = {}
    for review in ordered:
        article_id = article_ids.get(review.url)
        if review.mention is None:
            if article_id is not None:
                _say_of_article(articles, article_id, review)
            last[f"article {review.url}"] = review.review_id
            outcomes.append((review, article_id, None, article_id is not None))
            continue
        places = _places(review, by_article.get(article_id or "", ()), texts, figures)
        figure_id = next((row["figure_id"] for _, _, row in places if row), None) or _own_id(review)
        held = standing.setdefault(figure_id, _Standing())
        held.take(review, places)
        last[figure_id] = review.review_id
        outcomes.append((review, article_id, figure_id, bool(places)))
    rows = [row for figure_id, held in standing.items() for row in held.rows(figure_id, texts)]
    return Settled(
        rows,
        articles,
        [
            Outcome(
                review=review,
                article_id=article_id,
                figure_id=figure_id,
                is_found=found,
                is_current=last[figure_id or f"article {review.url}"] == review.review_id,
            )
            for review, article_id, figure_id, found in outcomes
        ],
    )


def _own_id(review: Review) -> str:
    """Id of a figure that only people see: of where it stands, so that it stays the same."""
    if review.figure_id and review.verdict != "add":
        return review.figure_id
    return added_figure_id(review.url, review.mention or "", review.before, review.after)


def added_figure_id(url: str, mention: str, before: str, after: str) -> str:
    """Id of a figure that a person added."""
    return make_id("figure", "added", url, fold(mention), before, after)


Place = tuple[Key, tuple[int, int], Row | None]  # the text, where in it, and the figure read there


def _places(review: Review, keys: Sequence[Key], texts: Mapping[Key, str], figures: Mapping[Key, Sequence[Row]]) -> list[Place]:
    found: list[Place] = []
    for key in sorted(keys):
        span = find_place(texts[key], review.mention or "", review.before, review.after, review.start)
        if span is not None:
            found.append((key, span, _figure_at(figures.get(key, ()), span, review)))
    return found


def _figure_at(rows: Sequence[Row], span: tuple[int, int], review: Review) -> Row | None:
    """The figure read at a place: rules that changed may cut the mention otherwise, so the best overlap counts."""

    def rank(row: Row) -> tuple[bool, int, bool, bool]:
        shared = min(row["end_char"], span[1]) - max(row["start_char"], span[0])
        alike = all(row.get(k) == v for k, v in review.was.items() if k in {"value", "kind", "province_id"})
        return (row["figure_id"] == review.figure_id, shared, alike, row["start_char"] == span[0])

    overlapping = [row for row in rows if row["start_char"] < span[1] and row["end_char"] > span[0]]
    return max(overlapping, key=rank) if overlapping else None


class _Standing:
    """What the reviews of one figure, in order, leave standing."""

    def __init__(self) -> None:
        self._verdict: str | None = None
        self._is_added = False
        self._was: Mapping[str, Any] = {}
        self._changes: dict[str, Any] = {}
        self._places: dict[Key, Place] = {}

    def take(self, review: Review, places: Sequence[Place]) -> None:
        if review.verdict == "undo":
            self.__init__()  # type: ignore[misc]
            return
        self._places.update({place[0]: place for place in places})
        self._verdict = review.verdict
        self._is_added = self._is_added or review.verdict == "add"
        if review.was:
            self._was = review.was
        if review.verdict in {"fix", "add"}:
            self._changes.update(review.changes)

    def rows(self, figure_id: str, texts: Mapping[Key, str]) -> list[Row]:
        if self._verdict is None:
            return []
        state = STATES[self._verdict]
        if self._is_added and state != "rejected":
            state = "added"
        found = []
        for key, span, read in self._places.values():
            if state == "rejected":
                if read is not None:
                    found.append(read | {"review": state})
                continue
            if read is not None and read["figure_id"] != figure_id:  # a version of the text where it bears another id
                found.append(read | {"review": "rejected"})
            said = dict(self._was) | self._changes
            row = _build_row(figure_id, key, span, read, said, texts[key])
            if row is not None:
                found.append(row | {"review": state, "confidence": 1.0})
        return found


def _build_row(figure_id: str, key: Key, span: tuple[int, int], read: Row | None, said: Mapping[str, Any], text: str) -> Row | None:
    row: Row = dict.fromkeys(FIGURE_FIELDS) | {"comparator": "eq", "kind": "result", "is_change": False}
    row |= dict(read) if read else {"sentence": said.get("sentence") or _line_at(text, span)}
    row |= {k: v for k, v in said.items() if k in FIGURE_FIELDS and k != "mention"}
    wanted = said.get("mention")
    start, end = span
    if wanted and fold(wanted) != fold(text[start:end]):
        moved = find_place(text, wanted, near=start)
        start, end = moved or span
    if row.get("value") is None or not row.get("unit"):
        return None
    return row | {
        "figure_id": figure_id,
        "article_id": key[0],
        "text_hash": key[1],
        "mention": text[start:end],
        "start_char": start,
        "end_char": end,
    }


def _line_at(text: str, span: tuple[int, int]) -> str:
    begin = text.rfind("\n", 0, span[0]) + 1
    end = text.find("\n", span[1])
    return text[begin : end if end >= 0 else len(text)]


def _say_of_article(articles: dict[str, dict[str, Any]], article_id: str, review: Review) -> None:
    if review.verdict == "undo":
        articles.pop(article_id, None)
    elif review.verdict == "article":
        known = {k: v for k, v in review.changes.items() if k in ARTICLE_FIELDS}
        if "tone" in known:
            known |= {"tone_by": review.by, "tone_at": review.at}
        articles.setdefault(article_id, {}).update(known)
