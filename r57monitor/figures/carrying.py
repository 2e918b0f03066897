"""Due dates and as-of days that hold on from an earlier sentence, header or heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from r57monitor.figures.arcs import issues_goals
from r57monitor.figures.as_of import find_as_of, says_now, says_same_time
from r57monitor.figures.bound import Bound
from r57monitor.figures.context import FigureContext, When, find_column_date, find_due, is_future_for_goal
from r57monitor.figures.events import is_future
from r57monitor.figures.kinds import Verdict
from r57monitor.figures.layout import Line, goes_on, heading_level, tells_more
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.figures.tables import Cell
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span


class GeneralDue(NamedTuple):
    """The one year to come that the opening of an article sets for its goals, and from where on."""

    start: int
    due: When


def find_general_due(reading: Reading, context: FigureContext) -> GeneralDue | None:
    """The year that the opening of an article about goals sets for all that follow ("loạt mục tiêu đến năm 2030")."""
    for sentence in reading.sentences[:3]:
        if issues_goals(reading, sentence.start, sentence.end, context.published):
            years = {
                d.last for d in reading.dates_in(sentence.start, sentence.end) if d.precision == "year" and is_future(d, context.published)
            }
            return GeneralDue(sentence.end, When(years.pop(), "year")) if len(years) == 1 else None
        goal = any(h.kind == "target" for h in reading.kinds_in(sentence.start, sentence.end))
        if goal and (due := find_due(reading, _marker(sentence), sentence, context.published, ())) and due.precision == "year":
            far = context.published is None or due.day.year > context.published.year + 1
            return GeneralDue(sentence.start, due) if far else None
    return None


_CLOSED_ON = re.compile(
    r"(?<!\w)(?:số liệu|dữ liệu|kết quả|thống kê|bảng)(?!\w)[^.;\n]{0,90}?(?<!\w)(?:chốt|tính|cập nhật|lấy)\s"
    r"(?:đến\s|tới\s|hết\s|vào\s|lúc\s|ngày\s|thời điểm\s|\d{1,2}(?:h|\sgiờ)(?:\d{2})?\s){0,4}$"
)


_CLOSED_REACH = 160  # characters before such a day in which its words stand


def find_general_as_of(reading: Reading, context: FigureContext) -> When | None:
    """The day up to which all numbers of a text were taken, where its opening or a note says so ("số liệu …, chốt ngày 31/12/2025")."""
    for sentence in (*reading.sentences[:4], *reading.sentences[-2:]):
        for mention in reading.dates_in(sentence.start, sentence.end):
            is_over = mention.precision in ("day", "month") and not (context.published and mention.last > context.published)
            if is_over and _CLOSED_ON.search(reading.low[max(sentence.start, mention.start - _CLOSED_REACH) : mention.start]):
                return When(mention.last, mention.precision)
    return None


def _marker(sentence: Span) -> Quantity:
    """A stand-in for a number at the end of a sentence: what is stated in it lies before."""
    return Quantity(start=sentence.end, end=sentence.end, number_start=sentence.end, number_end=sentence.end, value=0, form="bare", unit="")


class Carry:
    """Due dates and as-of days that hold on from an earlier sentence, header or heading."""

    def __init__(self) -> None:
        self.due: When | None = None
        self.as_of: When | None = None
        self.goal_due: When | None = None  # of the last goals told of, for those that follow without words of their own
        self._by = ""  # what set them: "header", "heading", "sentence"
        self._level = 0

    def enter(self, reading: Reading, line: Line) -> None:
        """A line begins: that ends what held for the paragraph or the list before."""
        if line.is_heading and self._by == "heading" and heading_level(reading.text, line) > self._level:
            return
        if self._by == "sentence" and self.due is not None and (goes_on(reading.low, line) or tells_more(reading.low, line)):
            return
        if self._by == "question":  # the answer to a question about goals
            self._by = "sentence"
            return
        if line.is_heading or not (self._by == "heading" or (self._by == "header" and line.is_item)):
            self.due = self.as_of = None
            self._by = ""
            self.goal_due = None if line.is_heading else self.goal_due

    def leave(self, reading: Reading, number: int, done: Sequence[Bound], context: FigureContext) -> None:
        """A sentence has been read, of that number: its dates may hold on."""
        sentence, line = reading.sentences[number], reading.homes[number]
        is_header = line is not None and line.is_header and sentence.end >= line.end - 1
        is_heading = line is not None and line.is_heading
        if line is not None and line.is_item and self._by in ("header", "heading") and not (is_header or is_heading):
            return
        dated = bool(reading.dates_in(sentence.start, sentence.end))
        goal = any(h.kind == "target" for h in reading.kinds_in(sentence.start, sentence.end))
        aimed = goal or is_header or not done or any(b.verdict.kind == "target" and b.due is not None for b in done)
        due = find_due(reading, _marker(sentence), sentence, context.published, ()) if dated and aimed else None
        if due is None and goal and not done:
            due = _year_of_the_goals(reading, sentence, context)
        if due is None and (is_header or is_heading or (goal and reading.low[sentence.end - 1] == "?")):
            due = _time_to_come(reading, sentence, context)
        if due is not None:
            self.due = self.goal_due = due
        elif done and any(b.verdict.kind == "result" and b.verdict.explicit for b in done):
            self.due = self.goal_due = None
        as_of = find_as_of(reading, _marker(sentence), sentence, context.published) if dated else None
        if as_of is not None and (as_of.precision in ("day", "month") or is_heading or is_header):
            self.as_of = as_of
        if is_heading and line is not None and due is None and self._by == "heading" and heading_level(reading.text, line) > self._level:
            return
        if due is not None or as_of is not None or is_header or is_heading:
            self._by = "header" if is_header else "heading" if is_heading else "sentence"
            if is_heading and line is not None:
                self._level = heading_level(reading.text, line)
            elif goal and reading.low[sentence.end - 1] == "?":
                self._by = "question"


_GOALS_OF = Guarded(r"(?:chỉ tiêu|mục tiêu|nhiệm vụ|kế hoạch)(?:\s+[^,;.:()\d\s]+){0,8}\s+(?:cho\s+|của\s+|trong\s+)?$")


def _year_of_the_goals(reading: Reading, sentence: Span, context: FigureContext) -> When | None:
    """ "thông qua nghị quyết về các chỉ tiêu … năm 2026": the one year to come that a sentence without numbers names goals for."""
    later = [d for d in reading.dates_in(sentence.start, sentence.end) if is_future_for_goal(reading, d, context.published)]
    if len(later) != 1 or later[0].precision != "year":
        return None
    is_theirs = _GOALS_OF.search(reading.low[max(sentence.start, later[0].start - 90) : later[0].start])
    return When(later[0].last, "year") if is_theirs else None


def _time_to_come(reading: Reading, sentence: Span, context: FigureContext) -> When | None:
    """The last time to come that a heading names, whatever stands before it: "NHIỆM VỤ NĂM 2026"."""
    later = [d for d in reading.dates_in(sentence.start, sentence.end) if is_future_for_goal(reading, d, context.published)]
    return When(later[-1].last, later[-1].precision) if later else None


def _is_far(due: When | None, context: FigureContext) -> bool:
    """Whether goals are for years further than the next: then those told after them are for the same."""
    return due is not None and due.precision == "year" and (context.published is None or due.day.year > context.published.year + 1)


_BY = re.compile(r"(?<!\w)(?:by|until|before|đến|tới|trước|hết|vào|cuối|từ)\s+(?:hết\s+|cuối\s+)?\Z")  # such a year has its own number


def _only_time_to_come(reading: Reading, q: Quantity, sentence: Span, context: FigureContext) -> When | None:
    """The year to come that a sentence about a goal names, where it names no other: "vào nhóm dẫn đầu năm 2027"."""
    later = [d for d in reading.dates_in(sentence.start, sentence.end) if is_future_for_goal(reading, d, context.published)]
    if len(later) != 1 or later[0].precision != "year" or _BY.search(reading.low[max(0, later[0].start - 12) : later[0].start]):
        return None
    if ";" in reading.low[q.end : later[0].start]:
        return None  # "cam kết dành ít nhất 3%; năm 2025 đã bố trí 2%": another part's
    return When(later[0].last, "year")


def find_figure_dates(
    reading: Reading,
    q: Quantity,
    verdict: Verdict,
    sentence: Span,
    context: FigureContext,
    others: Sequence[Quantity],
    carry: Carry,
    cell: Cell | None,
) -> tuple[When | None, When | None]:
    """Due date and as-of day of one figure: its column's, its sentence's, else what holds on."""
    column = find_column_date(reading, cell, verdict.kind, context.published) if cell else None
    if verdict.kind == "target":
        due = column or find_due(reading, q, sentence, context.published, others)
        due = due or _only_time_to_come(reading, q, sentence, context)
        holds = not verdict.explicit or (q.form != "money" and _is_far(carry.goal_due, context))
        return (due or carry.due or (carry.goal_due if holds else None)), None
    as_of = column or find_as_of(reading, q, sentence, context.published, others)
    if as_of is None and verdict.kind == "result" and not verdict.is_change and (carry.as_of or says_same_time(reading, sentence)):
        as_of = None if says_now(reading, q, sentence) else carry.as_of
    return None, as_of
