"""What is known of a document when its figures are read, and the day a goal falls due."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from r57monitor.figures.events import is_counted_to, is_future, is_goal_period, is_name_date
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.figures.tables import Cell
from r57monitor.models import DocumentCitation, FigureKind, PageType, Precision, ProvinceMention
from r57monitor.text.dates import DateMention, end_of_month
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureContext:
    """title, publication day, provinces and documents found in the text (spans in that text), page type, the outlet's province.

    day_of_results: the day that a result without a stated one holds as of; None leaves it unknown."""

    title: str | None = None
    published: date | None = None
    provinces: Sequence[ProvinceMention] = field(default=())
    documents: Sequence[DocumentCitation] = field(default=())
    page_type: PageType = "article"
    source_province_id: str | None = None
    day_of_results: date | None = None


class When(NamedTuple):
    """Last day of the period named, and how precise it is."""

    day: date
    precision: Precision


_BY = Guarded(
    r"(?:đến|tới|hết|trước|vào|trong|cuối|chậm nhất|cho|sang|giữa|đầu|từ nay|cả|kế hoạch|mục tiêu|chỉ tiêu|dự kiến|phấn đấu|"
    r"by|until|before|in|to|for|year)\s+"
    r"(?:hết\s+|cuối\s+|giữa\s+|đầu\s+|ngày\s+|hết\s+ngày\s+|giai\s+đoạn\s+|khi\s+kết\s+thúc\s+|khi\s+bước\s+sang\s+|tháng\s+|"
    r"thời\s+điểm\s+|the\s+|end\s+of\s+|early\s+|late\s+)*$|(?:end|mid)-$"
)
_AND = re.compile(r"(?<!\w)(?:và|còn|and)\s")
_NEXT_VALUE = re.compile(r",?\s[^.;\d]{0,60}\d")
_DEADLINE = re.compile(r"(?:thời hạn|hạn chót|hạn hoàn thành)")
_PARTED = re.compile(r"[,;:]|(?<!\w)(?:và|rồi|sau đó|tiếp đó|tiến tới|and|then)(?!\w)")
_SENTENCE_OVER = re.compile(r"[;\n]|[.]\s")
_MARK = re.compile(r"[,;.:()%]")
_IS_TO_BE = re.compile(r"\s+(?:là|đạt|ở mức|phải đạt)(?!\w)")
_OUTLOOK_OPENS = Guarded(r"(?:^|[.:]\s)(?:[-+•]\s?)?(?:tầm nhìn(?: đến)?|giai đoạn|định hướng(?: đến)?)\s+(?:năm\s+)?$")
CLAUSE_OPENS = Guarded(r"[,;:(]\s*$|\s(?:và|nhưng|còn|song|trong khi|riêng)\s$")


def find_due(reading: Reading, q: Quantity, sentence: Span, published: date | None, others: Sequence[Quantity]) -> When | None:
    """The day a goal falls due: a later date in the number's own clause, else the nearest before it in its sentence, else after it."""
    inside = [d for d in reading.dates_in(sentence.start, sentence.end) if is_future_for_goal(reading, d, published)]
    bracketed = next((d for d in inside if is_own_bracket(reading, q, d)), None)
    if bracketed is not None:
        return When(bracketed.last, bracketed.precision)
    before = [d for d in inside if d.end <= q.start and _introduced(reading, d, sentence, _BY, published)]
    before = [d for d in before if not _closes_its_item(reading, d, sentence, q)] or [
        d for d in _named_before(reading, inside, q) if not _closes_its_item(reading, d, sentence, q)
    ]
    after = [d for d in inside if d.start >= q.end and (_introduced(reading, d, sentence, _BY, published) or _stands_at(reading, q, d))]
    own = _own_clause_date(reading, q, sentence, published, before)
    if latest := _latest_day(reading, q, sentence, inside, others):
        return latest
    if own is not None and (not before or _PARTED.search(reading.low, before[-1].end, q.start)):
        return own
    if before:
        return When(before[-1].last, before[-1].precision)
    for mention in after:
        gap = reading.low[q.end : mention.start]
        if _SENTENCE_OVER.search(gap) and not _DEADLINE.search(reading.low, mention.start - 40, mention.start):
            break
        between = [o for o in others if q.end <= o.start < mention.start]
        if not between or "," not in gap or _is_one_list(reading, q, between, mention):
            return When(mention.last, mention.precision)
    return own or _period_of_the_setter(reading, q, sentence, published)


_AT_LATEST = Guarded(r"(?<!\w)(?:chậm nhất|muộn nhất|hạn cuối|hạn chót)(?:\s(?:là|vào|trong|đến|ngày|hết|tháng|cuối))*\s$")


def _latest_day(reading: Reading, q: Quantity, sentence: Span, inside: Sequence[DateMention], others: Sequence[Quantity]) -> When | None:
    """ "Đến cuối năm, 100% hệ thống …, chậm nhất ngày 15/12": a last day said behind a number, before the next one, is the nearer word."""
    end = min((o.start for o in others if o.start >= q.end), default=sentence.end)
    for mention in inside:
        gap = reading.low[q.end : mention.start]
        if q.end <= mention.start < end and ";" not in gap and _AT_LATEST.search(gap[-40:]):
            return When(mention.last, mention.precision)
    return None


_PLANNED = Guarded(
    r"(?:cam kết|kế hoạch|dự toán|chỉ tiêu|thi đua|ngân sách|lộ trình|kịch bản|kỳ|nhận|phấn đấu|mục tiêu)(?:\s[^\s,;.:()\d]+){0,2}\s+$"
)


def _named_before(reading: Reading, later: Sequence[DateMention], q: Quantity) -> list[DateMention]:
    """Times to come named before a number by what is planned for them: "cam kết quý III thêm 250 trạm", "chỉ tiêu thi đua 2026"."""
    before = [d for d in later if d.end <= q.start and d.precision != "day"]
    return [d for d in before if _PLANNED.search(reading.low[max(0, d.start - 40) : d.start])]


_OF_ALL = re.compile(r"[^,;.]{0,40}(?<!\w)(?:phải|sẽ|cần|được)\s[^,;.]{0,60}")


def _is_one_list(reading: Reading, q: Quantity, between: Sequence[Quantity], mention: DateMention) -> bool:
    """ "1,3 triệu thửa đất, 240.000 hồ sơ và 2.100 hồ sơ cán bộ phải xong trước 20/12": one day behind a list of counts."""
    row = sorted((q, *between), key=lambda o: o.start)
    last = row[-1]
    joined = all(_LIST_GAP.fullmatch(reading.low, a.end, b.start) for a, b in pairwise(row))
    return joined and _OF_ALL.fullmatch(reading.low, last.end, mention.start) is not None


_LIST_GAP = re.compile(r"(?:\s[^\s,;.:()\d]+){0,4}(?:,|\svà)\s(?:(?:hơn|gần|trên|khoảng|tối thiểu|ít nhất)\s)?")

_FEW_WORDS = 4  # words with which an item opens before its day


def _closes_its_item(reading: Reading, mention: DateMention, sentence: Span, q: Quantity) -> bool:
    """ "hoàn thành nền tảng trước 15/9; cấp định danh cho 95% dân số": the day within an item is not that of the next."""
    gap = reading.low[mention.end : q.start]
    if mention.precision == "year" or ";" not in gap or ":" in gap.split(";")[0]:
        return False
    opening = re.split(r"[;:]", reading.low[sentence.start : mention.start])[-1]
    return opening.count(" ") > _FEW_WORDS


_OWN_BRACKET = re.compile(r"[^,;.()\d]{0,24}\((?:(?:đến|vào|trong|cuối|hết|by|in)\s+){0,2}")


def is_own_bracket(reading: Reading, q: Quantity, mention: DateMention) -> bool:
    """ "18% GRDP (năm 2026), 25% (năm 2028)": nothing but the day in brackets behind a number."""
    if mention.start < q.end or not reading.low.startswith(")", mention.end):
        return False
    return _OWN_BRACKET.fullmatch(reading.low, q.end, mention.start) is not None


_SETS = re.compile(r"(?<!\w)(?:mục tiêu|chỉ tiêu|phấn đấu|đề ra|đặt ra|xác định)(?!\w)")


_RESOLVED_FOR = Guarded(
    r"(?:xác định|đề ra|đặt ra|phấn đấu)(?:\s+[^\s,;.()\d]+){0,3}?\s+(?:giai đoạn|nhiệm kỳ)\s+$"
)  # "Đại hội xác định giai đoạn …, tỉnh …"


def _period_of_the_setter(reading: Reading, q: Quantity, sentence: Span, published: date | None) -> When | None:
    """ "Nghị quyết đại hội nhiệm kỳ 2025-2030 đặt mục tiêu 90%": the end of the years that what sets the goal is for."""
    for mention in reversed(reading.dates_in(sentence.start, q.start)):
        is_span = mention.precision == "year" and mention.first.year != mention.last.year
        if not (is_span and published and mention.last > published):
            continue
        if _SETS.search(reading.low, mention.end, q.start) or _RESOLVED_FOR.search(
            reading.low[max(sentence.start, mention.start - 40) : mention.start]
        ):
            return When(mention.last, "year")
    return None


def _stands_at(reading: Reading, q: Quantity, mention: DateMention) -> bool:
    """ "30% năm 2030": a year with nothing between it and the number."""
    return mention.precision == "year" and not reading.low[q.end : mention.start].strip()


_DUE_BY = Guarded(
    r"(?:trước|chậm nhất|đến|hết|trong|vào|xong|by|before|until|in)\s+"
    r"(?:hết\s+|cuối\s+|giữa\s+|đầu\s+|ngày\s+|hết\s+ngày\s+|the\s+|end\s+of\s+)*$"
)


def _own_clause_date(reading: Reading, q: Quantity, sentence: Span, published: date | None, before: Sequence[DateMention]) -> When | None:
    """The date right after a number, in its clause. One without a year that would be over is of the year named before, or the next."""
    for mention in reading.dates_in(q.end, sentence.end):
        head = reading.low[max(q.end, mention.start - 24) : mention.start]
        if _MARK.search(reading.low, q.end, mention.start) or _leads_on(reading, q, mention, sentence):
            return None
        if not (_DUE_BY.search(head) or _stands_at(reading, q, mention)) or is_name_date(reading, mention):
            continue
        day = mention.last
        if published and day <= published:
            if mention.stated_year or mention.precision == "year":
                return None
            year = before[-1].last.year if before and before[-1].last.year > published.year else published.year + 1
            day = (
                end_of_month(year, day.month)
                if mention.precision != "day"
                else day.replace(year=year, day=min(day.day, 28) if day.month == 2 else day.day)
            )
        return When(day, mention.precision)
    return None


def _leads_on(reading: Reading, q: Quantity, mention: DateMention, sentence: Span) -> bool:
    """ "đạt 20% GRDP và đến năm 2030 phải đạt 30%": the date after "và" is the next number's."""
    joined = _AND.search(reading.low, q.end, mention.start)
    return joined is not None and _NEXT_VALUE.match(reading.low, mention.end, sentence.end) is not None


def is_future_for_goal(reading: Reading, mention: DateMention, published: date | None) -> bool:
    """Whether a date can be a goal's: not over on the article's day and no part of a name."""
    if is_name_date(reading, mention) or is_counted_to(reading, mention, published):
        return False
    return is_future(mention, published) if published else mention.last.year >= 2025


def _introduced(reading: Reading, mention: DateMention, sentence: Span, pattern: Guarded, published: date | None) -> bool:
    head = reading.low[max(sentence.start, mention.start - 40) : mention.start]
    word = reading.low[mention.start : mention.end]
    if mention.precision == "year" and reading.low.startswith(":", mention.end):
        return True  # "Mốc gần đặt ở năm 2027: kinh tế số …"
    if mention.precision == "year" and _IS_TO_BE.match(reading.low, mention.end, mention.end + 12):
        return True
    if mention.precision == "year" and published and mention.first > published and head.endswith("từ "):
        return True
    if _OUTLOOK_OPENS.search(head) or is_goal_period(reading, mention):
        return True
    opens = mention.precision != "day" and (mention.start - sentence.start < 3 or bool(CLAUSE_OPENS.search(head)))
    return opens or bool(pattern.search(head)) or word.startswith(("cuối năm", "hết năm", "cả năm", "sang năm", "năm tới"))


_BARE_YEAR = re.compile(r"(?<![\d/.,])(20\d\d)(?![\d.,])")


def find_column_date(reading: Reading, cell: Cell, kind: FigureKind, published: date | None) -> When | None:
    """The day or period that the head of a table's column names, or its row's label: due for goals, as_of for what is over."""
    for span in (cell.head, cell.label):
        if span is None or span == cell.span:
            continue
        found = [When(d.last, d.precision) for d in reading.dates_in(span.start, span.end) if not is_name_date(reading, d)]
        if not found and span is cell.head:
            found = [When(date(int(m[1]), 12, 31), "year") for m in _BARE_YEAR.finditer(reading.low, span.start, span.end)]
        if kind != "target":
            found = [w for w in found if not (published and w.day > published and (w.precision != "year" or w.day.year > published.year))]
        if found:
            return found[-1]
    return None
