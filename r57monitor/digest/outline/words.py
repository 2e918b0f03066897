"""Small pieces of text that all parts share: columns, outlets with their day, figures marked in their sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from r57monitor.digest.lines import FigureLine, Item, QuoteLine, Side
from r57monitor.digest.model import Period
from r57monitor.digest.outline.blocks import Column, Inline, Paragraph, Run
from r57monitor.digest.speech import WORDS
from r57monitor.wording import format_day, is_web_address, read_pieces

_MOST_PLACES = 5


def say(key: str, **blanks: object) -> str:
    """A text of the group [digest_text]."""
    return WORDS(f"digest_text.{key}", **blanks)


def list_places(names: Sequence[str]) -> str:
    """Names of provinces; of a long list the first, and how many more there are: a cell must not fill a page."""
    if len(names) <= _MOST_PLACES:
        return ", ".join(names)
    return say("more_places", names=", ".join(names[:_MOST_PLACES]), count=len(names) - _MOST_PLACES)


def name_title(period: Period) -> str:
    """Title of a digest of these days: "Điểm báo tuần 30/2025"."""
    week = period.week
    return WORDS("digest_head.title_week", week=f"{week[-2:]}/{week[:4]}") if week else WORDS("digest_head.title")


def columns(*given: tuple[str, float] | tuple[str, float, bool]) -> tuple[Column, ...]:
    """Columns by key, share of the width and whether they hold numbers."""
    return tuple(Column(key, WORDS(f"digest_column.{key}"), share, bool(more and more[0])) for key, share, *more in given)


def plain(text: str) -> Inline:
    """Words of the usual look."""
    return (Run(text),) if text else ()


def strong(text: str) -> Inline:
    """Words that stand out."""
    return (Run(text, "strong"),) if text else ()


def linked(text: str, url: str) -> Run:
    """Words that lead to a page, where the address is one of the web."""
    return Run(text, url=url if is_web_address(url) else "")


def nothing(key: str) -> Paragraph:
    """What is said where a part is empty."""
    return Paragraph(plain(say(key)), "nothing")


def quote(sentence: str, mentions: Sequence[str]) -> Inline:
    """The sentence in quotation marks, the first place of each mention marked."""
    spans = sorted((at, at + len(m)) for m in dict.fromkeys(mentions) if m and (at := sentence.find(m)) >= 0)
    runs: list[Run] = []
    end = 0
    for start, stop in spans:
        if start >= end:
            runs += [Run(sentence[end:start]), Run(sentence[start:stop], "mark")]
            end = stop
    runs.append(Run(sentence[end:]))
    read = read_pieces([run.text for run in runs])
    return (Run("“"), *(Run(text, run.manner) for run, text in zip(runs, read, strict=True) if text), Run("”"))


def source(outlet: str, url: str, day: date | None, ids: Sequence[str] = ()) -> Inline:
    """Outlet with its link, day and the ids of the ledger's rows: what stands behind a sentence."""
    known = [i for i in dict.fromkeys(ids) if i]
    tail = [Run(f", {format_day(day)}", "quiet")] if day else []
    tail += [Run(f" · {say('figure_id', ids=', '.join(known))}", "id")] if known else []
    return (Run(" "), linked(outlet, url), *tail)


def proof(line: FigureLine | Side, mentions: Sequence[str], ids: Sequence[str]) -> Inline:
    """Sentence and source of a figure."""
    return (*quote(line.sentence, mentions), *source(line.outlet, line.url, line.day, ids))


def side_proof(side: Side) -> Inline:
    """Sentence and source of one side of a comparison."""
    return proof(side, (side.mention,), (side.figure_id,))


def difficulty(line: QuoteLine) -> Inline:
    """A quoted sentence, its cue marked."""
    return (*quote(line.sentence, (line.cue,)), *source(line.outlet, line.url, line.day))


def item_line(item: Item) -> Inline:
    """Outlet (day): title, and where else the text appeared."""
    runs = [Run(item.outlet, "strong"), Run(f" ({format_day(item.day, say('no_day'))}): "), linked(item.title, item.url)]
    if item.copies:
        before, after = say("copies", count=len(item.copies), outlets="\0").split("\0")
        runs.append(Run(f" {before}", "quiet"))
        for n, copy in enumerate(item.copies):
            runs += [Run(", ", "quiet")] if n else []
            runs.append(linked(copy.outlet, copy.url))
        runs.append(Run(after, "quiet"))
    return tuple(runs)


def with_time(value: str, when: str) -> Inline:
    """A value and the time it is about."""
    return (Run(value, "strong"), *((Run(f" ({when})"),) if when else ()))
