"""The digest as tables of typed values: which sheets a spreadsheet has, and what stands in their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from r57monitor.digest.lines import Amount, FigureLine, Item, Pair, TargetLine
from r57monitor.digest.model import Digest
from r57monitor.digest.speech import WORDS
from r57monitor.wording import read_cells

Cell = str | float | int | date | None
Type = Literal["text", "long", "number", "day", "link"]
_WIDTHS: dict[str, int] = {"text": 18, "long": 60, "number": 11, "day": 12, "link": 34}


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its head, what kind of value it holds, how wide it is in characters, and where the value comes from."""

    label: str
    type: Type
    width: int
    read: Callable[[Any], Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a head and rows of one kind."""

    key: str
    title: str
    fields: tuple[Field, ...]
    rows: tuple[Any, ...]


def _field(key: str, kind: Type, read: Callable[[Any], Cell], width: int = 0) -> Field:
    return Field(WORDS(f"digest_column.{key}"), kind, width or _WIDTHS[kind], read)


def _sheet(key: str, rows: Iterable[Any], *fields: Field) -> Sheet:
    return Sheet(key, WORDS(f"digest_sheet.{key}"), fields, tuple(rows))


def make_sheets(digest: Digest) -> list[Sheet]:
    """Every section as a sheet, in the digest's order; a number is a number, a day a day, an id the ledger's."""
    return [
        *_overview_sheets(digest),
        _sheet("notable", digest.notable, *_item_fields(), _field("reason", "text", lambda i: "; ".join(i.reasons), 40), _note()),
        _sheet("results", digest.results, *_figure_fields("result", "as_of"), *_against_fields(), *_proof_fields(), _note()),
        _sheet("goals", digest.targets, *_figure_fields("goal", "due"), *_against_fields(is_goal=True), *_proof_fields(), _note()),
        _sheet("moved", digest.moved, *_pair_fields("earlier_goal", "now_goal")),
        _sheet("docket", digest.docket, *_docket_fields()),
        _sheet("conflicts", digest.conflicts, *_pair_fields("first_source", "second_source")),
        *_other_sheets(digest),
        _sheet("items", digest.items, _field("place", "number", lambda i: i.number or None, 6), *_item_fields()),
        _sheet("method", digest.method.rates, _field("metric", "text", lambda r: r.metric, 44),
               _field("expected", "number", lambda r: r.expected),
               _field("found", "number", lambda r: r.found),
               _field("correct", "number", lambda r: r.correct)),
    ]  # fmt: skip


def _overview_sheets(digest: Digest) -> list[Sheet]:
    return [
        _sheet(
            "overview", digest.counts,
            _field("measure", "text", lambda c: WORDS.of("digest_count", c.key), 34), _field("value", "number", lambda c: c.now),
            _field("articles_before", "number", lambda c: c.before),
        ),
        _sheet(
            "classes", digest.classes,
            _field("class", "text", lambda c: WORDS.of("source_kind", c.kind), 34), _field("sources", "number", lambda c: c.sources),
            _field("active", "number", lambda c: c.active_sources), _field("articles", "number", lambda c: c.articles),
            _field("articles_before", "number", lambda c: c.articles_before), _field("originals", "number", lambda c: c.originals),
        ),
        _sheet(
            "places", digest.provinces,
            _field("province", "text", lambda p: p.name), _field("state", "text", lambda p: WORDS.of("coverage", p.state), 22),
            _field("articles", "number", lambda p: p.articles), _field("articles_before", "number", lambda p: p.articles_before),
            _field("originals", "number", lambda p: p.originals), _field("outlets", "number", lambda p: p.publishers),
            _field("new_figures", "number", lambda p: p.new_figures),
        ),
    ]  # fmt: skip


def _note() -> Field:
    return _field("note", "text", lambda line: line.note, 30)


def _item_fields() -> tuple[Field, ...]:
    def where(item: Item) -> str:
        return ", ".join(item.provinces)

    return (
        _field("published", "day", lambda i: i.day), _field("outlet", "text", lambda i: i.outlet, 26),
        _field("class", "text", lambda i: WORDS.of("source_kind", i.kind), 20), _field("title", "long", lambda i: i.title),
        _field("province", "text", where, 24), _field("new_figures", "number", lambda i: i.new_figures),
        _field("outlets", "number", lambda i: i.publishers), _field("copies", "number", lambda i: len(i.copies)),
        _field("link", "link", lambda i: i.url), _field("article_id", "text", lambda i: i.article_id),
    )  # fmt: skip


def _figure_fields(value: str, when: str) -> tuple[Field, ...]:
    """Where, what and how much. Signs and ranges stand in columns of their own, so that numbers can be reckoned with."""
    return (
        _field("province", "text", lambda f: f.province, 22), _field("metric", "text", lambda f: f.metric, 38),
        _field(value, "text", lambda f: f.value, 20), _field("least", "text", lambda f: _sign(f.amount), 8),
        _field("amount", "number", lambda f: f.amount.value, 14), _field("amount_max", "number", lambda f: f.amount.value_max),
        _field("total", "number", lambda f: f.amount.total), _field("unit", "text", lambda f: f.amount.unit, 12),
        _field("state", "text", lambda f: WORDS.of("state", f.state), 15), _field(when, "text", lambda f: f.when, 20),
        _field("day", "day", lambda f: f.on),
    )  # fmt: skip


def _sign(amount: Amount) -> str:
    return {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "approx": "≈"}.get(amount.comparator, "")


def _against_fields(*, is_goal: bool = False) -> tuple[Field, ...]:
    def number(line: FigureLine) -> float | None:
        return line.against_amount.value if line.against_amount else None

    found = (
        _field("earlier_goal" if is_goal else "against", "text", lambda f: f.against, 26), _field("against_amount", "number", number, 14),
    )  # fmt: skip
    return found if is_goal else (*found, _field("next_goal", "text", lambda f: f.target, 26))


def _proof_fields() -> tuple[Field, ...]:
    return (
        _field("sentence", "long", lambda f: read_cells(f.sentence)), _field("outlet", "text", lambda f: f.outlet, 26),
        _field("published", "day", lambda f: f.day), _field("link", "link", lambda f: f.url),
        _field("figure_id", "text", lambda f: f.figure_id), _field("article_id", "text", lambda f: f.article_id),
    )  # fmt: skip


def _pair_fields(first: str, second: str) -> tuple[Field, ...]:
    def told(side: str) -> Callable[[Pair], str]:
        def read(pair: Pair) -> str:
            found = getattr(pair, side)
            return f"{found.value} ({found.when})" if found.when else str(found.value)

        return read

    return (
        _field("province", "text", lambda p: p.province, 22), _field("metric", "text", lambda p: p.metric, 38),
        _field(first, "text", told("earlier"), 26), _field(second, "text", told("later"), 26),
        _field("unit", "text", lambda p: p.later.amount.unit, 12),
        _field("earlier_sentence", "long", lambda p: read_cells(p.earlier.sentence)),
        _field("earlier_outlet", "text", lambda p: p.earlier.outlet, 24),
        _field("earlier_link", "link", lambda p: p.earlier.url),
        _field("later_sentence", "long", lambda p: read_cells(p.later.sentence)),
        _field("later_outlet", "text", lambda p: p.later.outlet, 24),
        _field("later_link", "link", lambda p: p.later.url), _field("figure_id", "text", lambda p: p.later.figure_id), _note(),
    )  # fmt: skip


def _docket_fields() -> tuple[Field, ...]:
    def result(line: TargetLine) -> str:
        return line.result.value if line.result else ""

    return (
        _field("group", "text", lambda t: WORDS(f"digest_heading.{t.group}"), 30), _field("province", "text", lambda t: t.province, 22),
        _field("metric", "text", lambda t: t.metric, 38), _field("goal", "text", lambda t: t.said.value, 20),
        _field("amount", "number", lambda t: t.said.amount.value, 14), _field("unit", "text", lambda t: t.said.amount.unit, 12),
        _field("due", "day", lambda t: t.due), _field("state", "text", lambda t: WORDS.of("target_status", t.status), 24),
        _field("latest_result", "text", result, 20), _field("sentence", "long", lambda t: read_cells(t.said.sentence)),
        _field("outlet", "text", lambda t: t.said.outlet, 24), _field("link", "link", lambda t: t.said.url),
        _field("figure_id", "text", lambda t: t.said.figure_id), _note(),
    )  # fmt: skip


def _other_sheets(digest: Digest) -> list[Sheet]:
    return [
        _sheet(
            "documents", digest.documents,
            _field("number", "text", lambda d: d.number, 22), _field("kind", "text", lambda d: d.kind, 16),
            _field("issuer", "text", lambda d: d.issuer, 28), _field("province", "text", lambda d: d.province, 22),
            _field("issued_on", "day", lambda d: d.issued_on), _field("title", "long", lambda d: d.title),
            _field("outlet", "text", lambda d: d.outlet, 24), _field("link", "link", lambda d: d.url), _note(),
        ),
        _sheet(
            "difficulties", digest.difficulties,
            _field("province", "text", lambda q: ", ".join(q.provinces), 22), _field("sentence", "long", lambda q: read_cells(q.sentence)),
            _field("title", "long", lambda q: q.title), _field("outlet", "text", lambda q: q.outlet, 24),
            _field("published", "day", lambda q: q.day), _field("link", "link", lambda q: q.url),
            _field("article_id", "text", lambda q: q.article_id), _note(),
        ),
        _sheet(
            "corrections", digest.corrections,
            _field("province", "text", lambda c: c.province, 22), _field("metric", "text", lambda c: c.metric, 38),
            _field("was", "text", lambda c: c.was, 24), _field("now", "text", lambda c: c.now, 24),
            _field("reason", "text", lambda c: c.reason, 34),
            _field("sentence", "long", lambda c: read_cells(c.sentence)),
            _field("outlet", "text", lambda c: c.outlet, 24),
            _field("link", "link", lambda c: c.url), _field("figure_id", "text", lambda c: c.figure_id),
        ),
        _sheet(
            "sources", digest.troubles,
            _field("source", "text", lambda t: t.name, 34), _field("class", "text", lambda t: WORDS.of("source_kind", t.kind), 26),
            _field("province", "text", lambda t: t.province, 20), _field("state", "text", lambda t: WORDS.of("health", t.state), 16),
            _field("days", "number", lambda t: t.days), _field("cause", "text", lambda t: t.cause, 50),
        ),
    ]  # fmt: skip
