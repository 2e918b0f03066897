"""Goals that an earlier sentence, header or heading set and that still hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from r57monitor.figures.cues import KindHit
from r57monitor.figures.events import is_name_date
from r57monitor.figures.layout import Line, goes_on, heading_level, tells_more
from r57monitor.figures.reading import Reading
from r57monitor.figures.words import load_words
from r57monitor.models import FigureKind
from r57monitor.text.guarded import Guarded


class CarriedGoal:
    """The goal that an earlier sentence, header or heading set and that still holds.

    hold: "sentence" to the end of the paragraph, "list" through the items after a header, "arc" until a word of achievement,
    "heading" until the next heading.
    """

    def __init__(self) -> None:
        self.kind: FigureKind | None = None
        self.hold = ""
        self._after_header = 0
        self._had_items = False
        self._level = 0
        self._aims = False  # the sentence that set it named goals or their year, not only an order
        self._is_mixed = False  # the sentence that set it told something reached, too
        self._told = False  # a sentence of this line told something reached: a heading's goal waits for the next line

    @property
    def now(self) -> FigureKind | None:
        """What still holds at this place of the line."""
        if self._is_mixed and self.hold == "sentence":
            return None  # "đạt 30%, hướng tới 35%. Toàn tỉnh có 40 trạm": a goal beside what was reached holds for its own sentence
        return None if self._told and self.kind == "target" else self.kind

    def enter(self, reading: Reading, line: Line) -> None:
        """A line begins: that ends what held for the paragraph or the list before."""
        self._told = False
        if line.is_heading and self.hold == "heading" and heading_level(reading.text, line) > self._level:
            return
        if self.hold == "sentence" and (goes_on(reading.low, line) or (self._aims and tells_more(reading.low, line))):
            return
        if line.is_heading or self.hold == "sentence":
            self.kind, self.hold = None, ""
        elif self.hold == "answer":  # a question about goals: the answer's paragraph is about them
            self.hold = "sentence"
        elif self.hold == "list":
            self._after_header += 1
            if (self._had_items and not line.is_item) or (not line.is_item and self._after_header > 3):
                self.kind, self.hold = None, ""
            self._had_items = self._had_items or line.is_item

    def leave(
        self,
        reading: Reading,
        number: int,
        events: Sequence[KindHit],
        published: date | None,
        *,
        has_numbers: bool = False,
        has_results: bool = False,
    ) -> None:
        """A sentence has been read, of that number: what it says may hold on. has_numbers, has_results: of its figures."""
        arcs = load_words("kinds")["target"]["arcs"]
        start, end = reading.sentences[number]
        line = reading.homes[number]
        stands_out = line is not None and (line.is_heading or line.is_header)
        if not events and not stands_out and (self.hold in ("list", "heading") or has_numbers):
            return
        sentence = reading.low[start:end]
        events = [e for e in events if not (self.hold == "arc" and e.kind == "result" and _is_in_brackets(reading, start, e))]
        goals = [e for e in events if e.kind == "target" and e.word in arcs]
        is_goal = any(e.kind == "target" for e in events)
        self._aims = bool(goals) or any(e.kind == "target" and e.word == "date" for e in events)
        if line is not None and (line.is_heading or line.is_header) and not is_goal and not events:
            is_goal = _announces(reading, start, end, published)
        if line is not None and (line.is_heading or line.is_header) and not goals and _REPORTS.match(sentence):
            self.kind, self.hold = "result", "heading" if line.is_heading else "list"
            self._level, self._after_header, self._had_items = heading_level(reading.text, line), 0, False
            return  # "I. KẾT QUẢ NĂM 2025", "Tình hình thực hiện:" in a plan: what follows is told, not aimed at
        if line is not None and line.is_heading and is_goal and has_numbers and not reading.low.startswith(_GOALS_FIRST, start):
            return  # "Tỉnh đặt mục tiêu phủ sóng 5G 100%": a caption or a headline that tells its own goal
        if line is not None and line.is_heading and is_goal:
            self.kind, self.hold, self._level = "target", "heading", heading_level(reading.text, line)
        elif (line is not None and line.is_header and is_goal) or any(_leads_to_list(reading, e, events, end) for e in goals):
            self.kind, self.hold, self._after_header, self._had_items = "target", "list", 0, False
        elif self.hold in ("list", "heading"):
            self._told = self._told or (self.hold == "heading" and bool(events) and events[-1].kind == "result")
            return
        elif not has_numbers and line is not None and end >= line.end - 1 and _resolves(reading, start, end, events, published):
            self.kind, self.hold = "target", "arc"  # "Đại hội xác định giai đoạn 2025-2030, xây dựng tỉnh trở thành …" and its goals below
        elif issues_goals(reading, start, end, published):
            self.kind, self.hold = "target", "arc"  # "ban hành Kế hoạch … năm 2026 với 10 chỉ tiêu.": the paragraphs below tell them
        elif not events:
            return
        elif events[-1].kind == "target" and line is not None and end >= line.end - 1 and not has_numbers and _SETS_GOALS.search(sentence):
            self.kind, self.hold = "target", "arc"  # "Chương trình đề ra nhiều mục tiêu đến năm 2030." and what follows are they
        elif events[-1].kind == "target" and not _only_assures(events):
            if not has_results and any(e.start - start < 60 and e.word not in ("mục tiêu", "chỉ tiêu") for e in goals):
                self.kind, self.hold = "target", "arc"
            elif self.hold != "arc" and not (has_results and _is_aside(reading, start, events[-1])):
                self.kind, self.hold = "target", "answer" if sentence.endswith("?") else "sentence"
                self._is_mixed = has_results
        else:
            self.kind, self.hold = None, ""


def _is_in_brackets(reading: Reading, start: int, event: KindHit) -> bool:
    """ "20% (năm 2025 ước 16,9%)": what a bracket adds ends nothing."""
    return reading.low.count("(", start, event.start) > reading.low.count(")", start, event.start)


_ASIDE = Guarded(r"(?<!\w)(?:trong khi|trong lúc|so với|dù|mặc dù|thấp hơn|cao hơn|kém|cách)(?!\w)[^;.]{0,80}$")


def _is_aside(reading: Reading, start: int, goal: KindHit) -> bool:
    """ "Chi bằng 1,9%, trong khi nghị quyết yêu cầu 3%": a goal only beside what was reached is not what the next sentence is about."""
    return _ASIDE.search(reading.low[max(start, goal.start - 110) : goal.start]) is not None


def _leads_to_list(reading: Reading, goal: KindHit, events: Sequence[KindHit], end: int) -> bool:
    """ "với các mục tiêu cụ thể:"; not "Về các nhiệm vụ trọng tâm, tỉnh đã đạt nhiều kết quả:", where the colon announces what was done."""
    colon = reading.low.find(":", goal.end, min(end, goal.end + 80))
    return colon >= 0 and not any(e.kind == "result" and goal.end <= e.start < colon for e in events)


def _only_assures(events: Sequence[KindHit]) -> bool:
    """ "Đến nay có 900 trạm, bảo đảm các thôn đều có sóng": what was done, and what for; "thì bà con phải thấy tiện": a saying."""
    if events[-1].word == "phải":
        return True
    assures = events[-1].word in ("bảo đảm", "ưu tiên")
    return assures and (any(e.kind == "result" for e in events) or not any(e.word not in ("bảo đảm", "ưu tiên") for e in events))


_REPORTS = re.compile(
    r"[\W\d]*(?:[ivx]{1,4}[.)]\s|phần \S+\s|[a-zđ][.)]\s)?[\W\d]*"
    r"(?:(?:những|một số|về|đánh giá(?: tổng quát| chung)?|khái quát|tóm tắt)\s)*"
    r"(?:kết quả|tình hình|thực trạng|hiện trạng|tồn tại|hạn chế|khó khăn)(?!\w)"
)
_GOALS_FIRST = ("mục tiêu", "chỉ tiêu", "nhiệm vụ", "phương hướng", "kế hoạch")
_SETS_GOALS = re.compile(
    r"(?<!\w)(?:sets?|setting) (?:a |an |the |out )?(?:goals?|targets?|objectives?)(?!\w)"
    r"|(?:đề ra|đặt ra|xác định|đưa ra|nêu|gồm)\s+(?:\S+\s+){0,3}?(?:mục tiêu|chỉ tiêu)(?!\w)"
)
_RESOLVES = re.compile(
    r"(?<!\w)(?:đại hội|nghị quyết|kế hoạch|chương trình|chiến lược|đề án|quy hoạch|tỉnh|thành phố|địa phương)(?!\w)[^.;\n]{0,90}?"
    r"(?<!đã )(?<!\w)(?:xác định|đề ra|đặt ra|thống nhất|thông qua)(?!\w)"
)


def _resolves(reading: Reading, start: int, end: int, events: Sequence[KindHit], published: date | None) -> bool:
    """Whether a sentence tells what somebody resolved for years to come, and nothing that was done."""
    if any(e.kind == "result" for e in events) or _RESOLVES.search(reading.low, start, end) is None:
        return False
    return any(d.precision == "year" and published and d.last > published for d in reading.dates_in(start, end))


_ISSUES = Guarded(
    r"(?<!\w)(?:ban hành|phê duyệt|thông qua|công bố|ký)\s[^.;\n]{0,60}?(?:kế hoạch|chương trình|nghị quyết|đề án|chiến lược)(?!\w)"
    r"[^.;\n]{0,160}?\s(?:với|gồm|trong đó|đặt ra|đề ra|xác định|đặt|nêu)\s[^.;\n]{0,40}?(?:chỉ tiêu|mục tiêu)(?!\w)"
)


def issues_goals(reading: Reading, start: int, end: int, published: date | None) -> bool:
    """Whether a sentence tells that a plan for a year that is not over was issued, and that it holds goals."""
    if published is None or _ISSUES.search_in(reading.low, start, end) is None:
        return False
    return any(d.precision == "year" and d.last > published for d in reading.dates_in(start, end))


_TASKS = re.compile(r"(?<!\w)(?:nhiệm vụ|phương hướng|kế hoạch|giải pháp|chương trình|nội dung|trọng tâm|việc)(?!\w)")
_ONLY_WHEN = re.compile(r"[\W\d]*(?:(?:[ivx]+|trong|từ nay|đến|tới|hết|vào|giai đoạn|cho|cuối|năm|tháng|quý|ngày|nửa|và)(?!\w)[\W\d]*)*")


def _announces(reading: Reading, start: int, end: int, published: date | None) -> bool:
    """A heading or header that names a time to come and tasks, or nothing but that time: "III. NHIỆM VỤ NĂM 2026", "Nửa cuối năm:"."""
    later = [d for d in reading.dates_in(start, end) if published and d.last > published and not is_name_date(reading, d)]
    if not later:
        return False
    rest = reading.low[start:end]
    for mention in reversed(later):
        rest = rest[: mention.start - start] + rest[mention.end - start :]
    return bool(_ONLY_WHEN.fullmatch(rest)) or (later[-1].first > (published or later[-1].first) and bool(_TASKS.search(rest)))
