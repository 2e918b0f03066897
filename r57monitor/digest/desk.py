"""The editor's desk: what people chose, dropped, reordered and annotated, laid over the digest that the machine proposes.

Counts and the appendix stay whole whatever is dropped: they are the ledger's, and agree with the dashboard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from r57monitor.digest.items import find_sections, rank_item
from r57monitor.digest.lines import DocumentLine, FigureLine, Item, Pair, QuoteLine, TargetLine
from r57monitor.digest.model import Desk, Digest
from r57monitor.digest.speech import WORDS
from r57monitor.errors import UsageError
from r57monitor.wording import format_day, read_cells

PARTS = ("item", "figure", "moved", "target", "conflict", "document", "difficulty")
SHOWN = ("", "notable", "plain", "drop")  # as the machine proposes; among the notable ones; not among them; left out
_LONGEST_NOTE = 2_000
_LAST = 10**6  # place of what nobody gave a place

Line = TypeVar("Line", FigureLine, Pair, TargetLine, QuoteLine, DocumentLine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What people decided about one line of a digest. Everything empty: nothing (any more)."""

    part: str
    key: str
    show: str = ""
    order: int | None = None
    note: str = ""
    article_id: str = ""  # with `mention`: finds a figure again whose id other rules changed
    mention: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.show or self.note or self.order is not None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Every standing choice for one digest, and the editor's own paragraph."""

    choices: Mapping[tuple[str, str], Choice] = field(default_factory=dict)
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.choices and not self.note


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """One line of the digest as the desk shows it: what it says, and what was decided."""

    part: str
    key: str
    is_notable: bool  # proposed by the machine as notable
    show: str
    order: int | None
    note: str
    words: str
    province: str
    outlet: str
    day: str
    url: str
    article_id: str
    mention: str


def make_choice(raw: Mapping[str, Any]) -> Choice:
    """A choice from a row of a file or of the journal. Raises UsageError naming what cannot be used."""
    part, key, show = (str(raw.get(name) or "").strip() for name in ("part", "key", "show"))
    where = f"{part or '?'} {key or '?'}"
    if part not in PARTS or not key:
        raise UsageError(f'the desk has no line "{where}"; parts are {", ".join(PARTS)}.')
    if show not in SHOWN or (show in {"notable", "plain"} and part != "item"):
        raise UsageError(f'{where}: "{show}" cannot be chosen; there are notable, plain (of items only), drop, or nothing.')
    order, note = raw.get("order"), str(raw.get("note") or "").strip()
    try:
        place = None if order is None or order == "" else int(str(order))
    except ValueError as error:
        raise UsageError(f'{where}: the order "{order}" is no whole number.') from error
    if len(note) > _LONGEST_NOTE:
        raise UsageError(f"{where}: the note has {len(note)} characters; {_LONGEST_NOTE} are the most.")
    words = {name: str(raw.get(name) or "") for name in ("article_id", "mention")}
    return Choice(part=part, key=key, show=show, order=place, note=note, **words)


def fold_choices(entries: Iterable[Mapping[str, Any]]) -> Sheet:
    """The sheet that journal entries leave, oldest first: the last word on each line stands."""
    choices: dict[tuple[str, str], Choice] = {}
    note = ""
    for entry in entries:
        note = str(entry["note"]) if "note" in entry else note
        for raw in entry.get("choices") or ():
            try:
                choice = make_choice(raw)
            except UsageError:  # of a version that knew other parts
                continue
            choices.pop((choice.part, choice.key), None)
            if not choice.is_empty:
                choices[choice.part, choice.key] = choice
    return Sheet(choices, note)


def changed_choices(sheet: Sheet, wanted: Iterable[Choice]) -> list[Choice]:
    """Those of the choices that change the sheet."""
    found = []
    for choice in wanted:
        stands = sheet.choices.get((choice.part, choice.key))
        if choice.is_empty if stands is None else _decided(stands) == _decided(choice):
            continue
        found.append(choice)
    return found


def _decided(choice: Choice) -> tuple[str, int | None, str]:
    return choice.show, choice.order, choice.note


class _Finder:
    """Choices by line: a text by any of its articles, a figure also by its words."""

    def __init__(self, sheet: Sheet) -> None:
        self._choices = sheet.choices
        self._by_words = {(c.part, c.article_id, c.mention): c for c in sheet.choices.values() if c.article_id and c.mention}

    def of_item(self, item: Item) -> Choice | None:
        ids = (item.article_id, *(copy.article_id for copy in item.copies))
        return next((self._choices["item", i] for i in ids if ("item", i) in self._choices), None)

    def of_line(self, part: str, line: Any) -> Choice | None:
        key, article_id, mention = name_line(part, line)
        return self._choices.get((part, key)) or self._by_words.get((part, article_id, mention))


def name_line(part: str, line: Any) -> tuple[str, str, str]:
    """Key, article and mention of a line that is no item."""
    if part == "figure":
        return line.figure_id, line.article_id, line.mention
    if part in {"moved", "conflict"}:
        return line.later.figure_id, line.later.article_id, line.later.mention
    if part == "target":
        return line.series_id, line.said.article_id, line.said.mention
    if part == "document":
        return f"{line.number} {line.province_now}".strip(), line.article_id, ""
    return f"{line.article_id}:{line.start}", line.article_id, line.sentence


def apply_desk(digest: Digest, sheet: Sheet, desk: Desk = Desk()) -> Digest:  # noqa: B008 (frozen)
    """The digest with every choice carried out. What belongs to a dropped text goes with it."""
    finder = _Finder(sheet)
    notes = {item.article_id: choice for item in digest.items if (choice := finder.of_item(item))}
    gone = {i for item in digest.items if _is_dropped(notes.get(item.article_id)) for i in _article_ids(item)}
    items = tuple(_annotate(item, notes.get(item.article_id)) for item in digest.items)
    kept = [item for item in items if item.article_id not in gone]
    lines: dict[str, Any] = {
        "results": _lay_over("figure", digest.results, finder, gone),
        "targets": _lay_over("figure", digest.targets, finder, gone),
        "moved": _lay_over("moved", digest.moved, finder, gone),
        "docket": _lay_over("target", digest.docket, finder, gone),
        "conflicts": _lay_over("conflict", digest.conflicts, finder, gone),
        "documents": _lay_over("document", digest.documents, finder, gone),
        "difficulties": _lay_over("difficulty", digest.difficulties, finder, gone),
    }
    order = [section.name for section in digest.sections]
    placed = sorted(kept, key=lambda item: _place(notes.get(item.article_id)))
    dropped = len(items) - len(kept) + sum(len(getattr(digest, name)) - len(found) for name, found in lines.items())
    chosen = sum(choice.show == "notable" for choice in notes.values())
    return replace(
        digest,
        notable=_choose_notable(digest.notable, kept, notes),
        sections=find_sections(placed, order),
        items=items,
        desk=replace(desk, chosen=chosen, dropped=dropped, note=sheet.note),
        **lines,
    )


def _article_ids(item: Item) -> Iterator[str]:
    yield item.article_id
    yield from (copy.article_id for copy in item.copies)


def _is_dropped(choice: Choice | None) -> bool:
    return choice is not None and choice.show == "drop"


def _place(choice: Choice | None) -> int:
    return _LAST if choice is None or choice.order is None else choice.order


def _annotate(item: Item, choice: Choice | None) -> Item:
    return replace(item, note=choice.note) if choice is not None and choice.note else item


def _choose_notable(proposed: Sequence[Item], kept: Sequence[Item], choices: Mapping[str, Choice]) -> tuple[Item, ...]:
    """What the machine proposes and nobody took out, and what people chose: as they ordered it, the rest by its rank."""
    reasons = {item.article_id: item.reasons for item in proposed}
    found = []
    for item in kept:
        choice = choices.get(item.article_id)
        if choice is not None and choice.show == "notable":
            found.append(replace(item, reasons=(*reasons.get(item.article_id, ()), WORDS("digest_reason.editor"))))
        elif item.article_id in reasons and not (choice is not None and choice.show == "plain"):
            found.append(replace(item, reasons=reasons[item.article_id]))
    return tuple(sorted(found, key=lambda i: (_place(choices.get(i.article_id)), rank_item(i))))


def _lay_over(part: str, lines: Sequence[Line], finder: _Finder, gone: set[str]) -> tuple[Line, ...]:
    placed: list[tuple[int, Line]] = []
    for line in lines:
        choice = finder.of_line(part, line)
        if _is_dropped(choice) or name_line(part, line)[1] in gone:
            continue
        placed.append((_place(choice), replace(line, note=choice.note) if choice is not None and choice.note else line))
    return tuple(line for _, line in sorted(placed, key=lambda p: p[0]))


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "figure": lambda f: f"{f.metric or '?'}: {f.value}",
    "moved": lambda p: f"{p.metric}: {p.earlier.value} → {p.later.value}",
    "conflict": lambda p: f"{p.metric}: {p.earlier.value} / {p.later.value}",
    "target": lambda t: f"{t.metric}: {t.said.value}",
    "document": lambda d: d.number,
    "difficulty": lambda q: read_cells(q.sentence),
}
_PLACES = (("figure", "results"), ("figure", "targets"), ("moved", "moved"), ("target", "docket"), ("conflict", "conflicts"),
           ("document", "documents"), ("difficulty", "difficulties"))  # fmt: skip


def list_rows(proposal: Digest, sheet: Sheet) -> list[DeskRow]:
    """Every line of the machine's proposal with what was decided about it, in the order of the sections."""
    finder = _Finder(sheet)
    notable = {item.article_id for item in proposal.notable}
    ranked = sorted(proposal.items, key=lambda i: (i.article_id not in notable, rank_item(i)))
    rows = [_row("item", item.article_id, finder.of_item(item), item.article_id in notable, _about_item(item)) for item in ranked]
    for part, name in _PLACES:
        for line in getattr(proposal, name):
            key, article_id, mention = name_line(part, line)
            about = {"article_id": article_id, "mention": mention, "words": _WORDS[part](line)} | _about_line(line)
            rows.append(_row(part, key, finder.of_line(part, line), is_notable=False, about=about))
    return rows


def _row(part: str, key: str, choice: Choice | None, is_notable: bool, about: Mapping[str, str]) -> DeskRow:
    said = choice or Choice(part=part, key=key)
    return DeskRow(part=part, key=key, is_notable=is_notable, show=said.show, order=said.order, note=said.note, **about)


def _about_item(item: Item) -> dict[str, str]:
    return {
        "words": item.title, "province": ", ".join(item.provinces), "outlet": item.outlet, "day": format_day(item.day), "url": item.url,
        "article_id": item.article_id, "mention": "",
    }  # fmt: skip


def _about_line(line: Any) -> dict[str, str]:
    proof = getattr(line, "later", None) or getattr(line, "said", None) or line
    province = getattr(line, "province", "") or ", ".join(getattr(line, "provinces", ()))
    day = proof.issued_on if isinstance(line, DocumentLine) else proof.day
    return {"province": province, "outlet": proof.outlet, "day": format_day(day), "url": proof.url}


COLUMNS = tuple(column.name for column in fields(DeskRow))
