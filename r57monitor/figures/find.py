"""find_figures(): every quantity of a text with its kind, metric, province and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice, pairwise

from r57monitor.catalogue import Catalogue
from r57monitor.figures.beside import Beside
from r57monitor.figures.bound import Bound
from r57monitor.figures.carrying import Carry, find_figure_dates, find_general_as_of, find_general_due
from r57monitor.figures.context import FigureContext
from r57monitor.figures.fitting import can_be_covered, is_of_each, named_product
from r57monitor.figures.growth import measures_a_cut
from r57monitor.figures.headed import match_headed, match_respective, match_total
from r57monitor.figures.indices import is_of_other_index, is_part_of_index, match_index
from r57monitor.figures.kinds import decide_kinds
from r57monitor.figures.layout import line_at
from r57monitor.figures.linking import (
    counts_tasks,
    inherit_metric,
    is_share_of_its_plan,
    match_done_tasks,
    match_echo,
    settle_sentence,
)
from r57monitor.figures.matching import match_metric
from r57monitor.figures.naming import is_news_of_commune, name_label, name_level, name_period, name_scope, name_tier, name_whole
from r57monitor.figures.places import Places
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading, read_text
from r57monitor.figures.repeats import drop_repeats
from r57monitor.figures.spans import find_quantities
from r57monitor.figures.tables import Cell, cell_at, find_cells, find_labelled, lone_units
from r57monitor.figures.topics import Topics
from r57monitor.figures.words import load_words, lower_text
from r57monitor.models import AsOfFrom, Figure, Precision
from r57monitor.text.dates import find_dates
from r57monitor.text.english_dates import find_english_dates
from r57monitor.text.segment import Span
from r57monitor.text.starts import Starts

_NO_ASCII_LETTER = bytes(code for code in range(128) if not chr(code).isalpha())
_FEW_LETTERS = 0.02  # share of Vietnamese letters below which a text is English
_TONED = b"\xe1\xbb"  # what letters with two marks begin with in UTF-8: more of them than that, and it is Vietnamese
_COMMON_LETTERS = "đưạộếáàớ"  # enough to tell nearly every Vietnamese text
_OTHER_LETTER = re.compile("[À-ỹ]")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d+")
_DECIMAL = re.compile(r"\d[.,]\d")
_NEAR = 12  # numbers on either side in one sentence that can matter to one
_ENDLESS = 1600  # characters of a sentence that never ends (tables without lines, lists run together) …
_REACH = 200  # … and of its part on either side of a number that can matter to one
_THIS = re.compile(r"(?<!\w)(?:tỷ lệ|con số|chỉ tiêu|chỉ số) này(?!\w)")  # points back across a paragraph too
_MAX_TEXT = 1_000_000  # characters; what lies beyond is no article
_MAX_NUMBERS = 8_000  # groups of digits; a figure costs a fifth of a millisecond, and a book has fewer


def find_figures(text: str, context: FigureContext, catalogue: Catalogue) -> list[Figure]:
    """Every figure of `text` once, in order.

    text: NFC, paragraphs separated by newlines; spans are in it. context.provinces and context.documents have spans in the same text.
    as_of is None where neither text nor context gives one. Never raises for a str (test_figures_find.py::test_total).
    """
    reading, bound = bind_quantities(text, context, catalogue)
    if reading is None:
        return []
    of_commune = is_news_of_commune(context.title)
    return drop_repeats([(_build(reading, b, context.day_of_results, of_commune), _line_start(reading, b)) for b in bound])


def bind_quantities(text: str, context: FigureContext, catalogue: Catalogue) -> tuple[Reading | None, list[Bound]]:
    """Every quantity of `text` with all that was found about it, and how sure; (None, []) where it holds none. Arguments as above."""
    text = _within_bounds(text)
    if not _DIGIT.search(text):
        return None, []
    english = is_english(text)
    low = lower_text(text)
    starts = Starts(low)
    dates = find_dates(text, context.published, starts)
    if english:
        taken = [(d.start, d.end) for d in dates]
        told = find_english_dates(text, context.published)
        dates = sorted(
            [*dates, *(d for d in told if not any(d.start < end and start < d.end for start, end in taken))], key=lambda d: d.start
        )
    dates = [d for d in dates if not (d.precision == "month" and _DECIMAL.match(text, d.end - 1))]  # "chín tháng 10,3%"
    documents = [(d.start, d.end) for d in context.documents if 0 <= d.start < d.end <= len(text)]
    cells = find_cells(text) if "|" in text else []
    if labelled := find_labelled(text):
        cells = sorted([*cells, *labelled])
    lone = lone_units(low, cells)
    quantities = find_quantities(low, dates, documents, english=english, lone=lone, starts=starts)
    if not quantities:
        return None, []
    reading = read_text(text, low, catalogue, dates)
    return reading, list(_bind(reading, quantities, cells, context, catalogue))


def _within_bounds(text: str) -> str:
    """The text up to where reading ends, so that no page takes longer than a few seconds."""
    if len(text) <= 2 * _MAX_NUMBERS:
        return text
    text = text[:_MAX_TEXT]
    beyond = next(islice(_NUMBER.finditer(text), _MAX_NUMBERS, None), None)
    return text[: beyond.start()] if beyond else text


def is_english(text: str) -> bool:
    """Whether a text has next to no Vietnamese letters: then "1,086" is 1086."""
    sample = text[:5000]
    if sample.encode("utf-8", "surrogatepass").count(_TONED) > _FEW_LETTERS * len(sample):
        return False
    letters = len(sample.encode("ascii", "ignore").translate(None, _NO_ASCII_LETTER))
    if letters <= 200:
        return False
    most = int(_FEW_LETTERS * letters)  # from one more on, the text is Vietnamese
    if sum(map(sample.count, _COMMON_LETTERS)) > most:
        return False
    return sum(1 for _ in islice(_OTHER_LETTER.finditer(sample), most + 1)) < _FEW_LETTERS * letters


def _bind(
    reading: Reading, quantities: Sequence[Quantity], cells: Sequence[Cell], context: FigureContext, catalogue: Catalogue
) -> Iterator[Bound]:
    verdicts = decide_kinds(reading, quantities, cells, context.published, title=context.title, is_document=context.page_type == "document")
    places = Places(context)
    carry, topics, beside = Carry(), Topics(), Beside(catalogue)
    general_due, general_as_of = find_general_due(reading, context), find_general_as_of(reading, context)
    index = 0
    for number, sentence in enumerate(reading.sentences):
        inside = []
        while index < len(quantities) and quantities[index].start < sentence.end:
            inside.append((quantities[index], verdicts[index]))
            index += 1
        if number in reading.firsts and (line := reading.homes[number]) is not None:
            carry.enter(reading, line)
        if not inside and number in reading.silent:
            continue
        done: list[Bound] = []
        for place, (q, verdict) in enumerate(inside):
            others = [o for o, _ in inside[max(0, place - _NEAR) : place + _NEAR + 1] if o is not q]
            near = _clip(sentence, q)
            cell = cell_at(cells, q.start)
            header = _header(reading, number, q)
            match = match_respective(catalogue, reading, q, near, others) or match_metric(
                catalogue, reading, q, near, others, cell=cell, header=header, is_change=verdict.is_change
            )
            if is_share_of_its_plan(reading, q, match, near, others, done):
                match = None
            match = match or match_echo(catalogue, reading, q, done, others) or match_done_tasks(catalogue, reading, q, done)
            match = inherit_metric(reading, q, verdict, match, done, places, near) or topics.get(reading, q, verdict, near, places)
            if match is None and not verdict.is_change:
                match = beside.match(reading, q, near) or match_index(catalogue, reading, q, near, places)
                match = match or match_headed(catalogue, reading, q, near, others, number) or match_total(catalogue, reading, q)
            if match is not None and cell is not None and cell.of_plan and not counts_tasks(match.metric):
                match = None  # how far an indicator is, no value of it
            if match is not None and ((not match.own and not can_be_covered(match.metric, reading, q)) or is_of_each(reading, q, near)):
                match = None
            if match is not None and match.metric.whole != "grdp" and named_product(reading, q):
                match = None  # also where it went on with the number before
            if (
                match is not None
                and match.metric.unit in ("hạng", "điểm")
                and (is_part_of_index(reading, q, near, others) or is_of_other_index(reading, q, near, others))
            ):
                match = None
            topics.add(reading, q, match)
            beside.add(q, match)
            due, as_of = find_figure_dates(reading, q, verdict, near, context, others, carry, cell)
            if due is None and verdict.kind == "target" and general_due is not None and q.start >= general_due.start and q.form != "money":
                due = general_due.due
            if as_of is None and verdict.kind == "result":
                as_of = general_as_of
            done.append(Bound(q, verdict, near, match, places.of(reading, q, near, cell, others), due, as_of, cell))
        yield from settle_sentence(reading, done)
        carry.leave(reading, number, done, context)


def _clip(sentence: Span, q: Quantity) -> Span:
    """The sentence, or of an endless one the part around the number."""
    if sentence.end - sentence.start <= _ENDLESS:
        return sentence
    return Span(max(sentence.start, q.start - _REACH), min(sentence.end, q.end + _REACH))


def _header(reading: Reading, number: int, q: Quantity) -> Span | None:
    """The sentence before, in the same paragraph or as a line that ends with a colon; for ranks also across a line."""
    if number == 0:
        return None
    previous, this = reading.sentences[number - 1], reading.sentences[number]
    between = reading.text[previous.end : this.start]
    if "\n" in between and q.form != "rank" and not reading.text[previous.start : previous.end].endswith((":", "?")):
        return previous if _THIS.search(reading.low, this.start, q.start) else None
    return previous


def _build(reading: Reading, b: Bound, day_of_results: date | None, of_commune: bool) -> Figure:
    q, low = b.quantity, reading.low
    as_of: tuple[date | None, Precision | None, AsOfFrom | None] = (
        (b.as_of.day, b.as_of.precision, "stated") if b.as_of else (None, None, None)
    )
    if b.as_of is None and b.verdict.kind == "result" and day_of_results is not None:
        as_of = day_of_results, "day", "published"
    metric = b.match.metric if b.match else None
    return Figure(
        mention=reading.text[q.start : q.end],
        value=q.value,
        value_max=q.value_max,
        unit=q.unit or (metric.unit if metric else "số"),
        start=q.start,
        end=q.end,
        sentence=reading.text[b.sentence.start : b.sentence.end],
        comparator=b.verdict.comparator,
        kind=b.verdict.kind,
        is_change=b.verdict.is_change and not (metric and q.form in ("share", "count") and measures_a_cut(metric, q)),
        denominator=q.of,
        metric_id=metric.id if metric else None,
        label=None if metric else name_label(reading, q, b.sentence, b.cell),
        level=name_level(reading.text, q, b.sentence, b.place.name, of_commune=of_commune),
        scope=name_tier(low, q, b.sentence)
        or (metric.scope if metric else None)
        or name_scope(low, q, b.sentence, known=metric is not None),
        whole=(metric.whole if metric else None) or name_whole(low, q, b.sentence),
        period=name_period(low, q, b.sentence, metric.period if metric else None),
        province_id=b.place.province_id,
        province=b.place.name,
        as_of=as_of[0],
        as_of_precision=as_of[1],
        as_of_from=as_of[2],
        due=b.due.day if b.due else None,
        due_precision=b.due.precision if b.due else None,
        confidence=_confidence(b),
    )


def _confidence(b: Bound) -> float:
    """Evidence summed up: metric and how near its cue is, kind and province said in the sentence, a usual value."""
    score = 0.4
    if b.match:
        score += 0.1 + min(0.2, max(0.0, 0.4 * (b.match.score - 0.8)))
        soft = b.match.metric.soft
        if soft and not b.verdict.is_change and not soft[0] <= b.quantity.value <= soft[1]:
            score -= 0.15
        score += 0.05 if b.match.own else 0.0
    score += 0.1 if b.verdict.explicit else 0.0
    score += 0.08 if b.place.near else 0.04 if b.place.name else 0.0
    score += 0.05 if b.quantity.form != "bare" else -0.1
    return round(_calibrated(score), 2)


def _calibrated(score: float) -> float:
    """The share right of figures with such a score: between the knots of data/confidence.toml in a straight line."""
    knots: list[list[float]] = load_words("confidence")["knots"]
    for (low, share), (high, next_share) in pairwise(knots):
        if score <= high:
            return share + max(0.0, score - low) / (high - low) * (next_share - share)
    return knots[-1][1]


def _line_start(reading: Reading, b: Bound) -> int:
    """Where the list item or table row of a figure starts; -1 in running text."""
    line = line_at(reading.lines, b.quantity.start)
    return line.start if line is not None and line.is_item else -1
