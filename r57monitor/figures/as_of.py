"""The day or period that a reported value is of, where its sentence states it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from r57monitor.figures.context import CLAUSE_OPENS, When, is_own_bracket
from r57monitor.figures.events import is_name_date
from r57monitor.figures.quantity import Quantity, last_before
from r57monitor.figures.reading import Reading
from r57monitor.text.dates import DateMention, end_of_month
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span

_AS_OF = Guarded(
    r"(?:đến|tới|hết|tính|chốt|cuối|trong|vào|lúc|hồi|riêng|tại|qua|cả|giữa|kể từ|as of|by|at|in|of|until)\s+"
    r"(?:\d{1,2}\s?(?:h|giờ)(?:\s?\d{2})?,?\s+|hết\s+|cuối\s+|giữa\s+|đầu\s+|ngày\s+|tối\s+|sáng\s+|chiều\s+|hết\s+ngày\s+|thời\s+điểm\s+|tận\s+|the\s+|end\s+of\s+)*$"
)
_COUNTED_TO = re.compile(r"tính (?:đến|tới)\s+(?:hết\s+)?(?:đầu|giữa|cuối)\s+$")
_STATES_NOW = re.compile(
    r"\s+(?:của\s+(?:[^\s,;.]+\s+){1,4}?)?(?:đạt|là|có|ở mức|ghi nhận|tiếp nhận)(?!\w)"
)  # "tỷ lệ … tháng 4/2025 đạt 50%"
_AT = Guarded(r"(?:thời điểm|số liệu|chốt)[^,.;()]{0,30}\(\s*(?:ngày\s+)?$")
_SINCE = Guarded(
    r"(?:từ|kể từ|sau|trước|so với|bắt đầu từ|đầu|của|so với cuối|so với cùng kỳ)\s+(?:ngày\s+|năm\s+|tháng\s+|cuối\s+|đầu\s+|hồi\s+)*$"
    r"|(?:from|since|than|compared (?:to|with)|against|over)\s+(?:the\s+)?"
    r"(?:(?:end|start|beginning)\s+of\s+|early\s+|late\s+|that\s+of\s+)?$"
)
_NOW = Guarded(
    r"(?<!\w)(?<!thực )(?<!thể )(?<!phát )(?<!xuất )(?<!biểu )"
    r"(?:nay|hiện|hiện nay|hiện có|hiện tại|bây giờ)(?!\w)(?!\s+(?:đại|trường|thực))"
)
_ENDS = Guarded(r"(?:cuối|hết)\s+$")
_YEAR_PARTED, _DAY_PARTED = re.compile(r"[;(]|,\s"), re.compile(r"[;]|,\s")
_NAMED_YEAR = Guarded(r"(?:đến|tới|giai đoạn|khóa|nhiệm kỳ|luật|nghị quyết|nghị định)\s+$")
_YEAR_OF = re.compile(
    r"(?:nêu rõ|cho biết|cho thấy|rằng|khẳng định|in|of|for|during|trong|hết|đến|tới|cuối|cả|của|số|dti|pii|toán|quả)\)?\s+$"
    r"|(?:^|[,(:]\s?)$"
)
_UP_TO = Guarded(r"(?<!tính )đến\s+$")
_SAME_TIME = re.compile(r"(?:cùng|cũng tính tới|tại|đến|tới|vào)\s+(?:thời điểm|thời gian)(?!\w)")


_OWN_GAP = re.compile(r"(?:\s+[^\s,;:.()\d]+){0,6}\s*")
_OTHERS_YEAR = Guarded(
    r"(?<!\w)(?:kế hoạch|mục tiêu|chỉ tiêu|so với|cùng kỳ|chương trình|đề án|nghị quyết|từ|đến|tới|giai đoạn|"
    r"nhiệm kỳ|luật|dự toán|trước|sau|hơn|còn|nhưng|song|trong khi)(?!\w)"
)
_PLANS_YEAR = re.compile(r"(?<!\w)(?:kế hoạch|mục tiêu|chỉ tiêu|dự toán|so với|cùng kỳ)(?!\w)")
_TURNS = re.compile(r"\s*(?:[,;]\s*(?:[^\s,;.\d]+\s+){0,4}?\d|\)|(?:và|lên|xuống|còn|nhưng|song|thì|đến|tới|tăng|giảm)(?!\w))")


def _is_own(reading: Reading, q: Quantity, mention: DateMention) -> bool:
    """Whether a day or period stands right after a number, with the words of what it counts between: "95% hồ sơ năm 2024"."""
    gap = reading.low[q.end : mention.start]
    return q.end <= mention.start and _OWN_GAP.fullmatch(gap) is not None and not _OTHERS_YEAR.search(gap)


def _of_another(reading: Reading, q: Quantity, mention: DateMention, others: Sequence[Quantity]) -> bool:
    """Whether a date before a number is the own one of the number before that: "62% năm 2023, 71% …", "từ 310 (năm 2024) lên 640"."""
    before = last_before(others, mention.start)
    if before is None or _TURNS.match(reading.low, mention.end) is None:
        return False
    return _is_own(reading, before, mention) or is_own_bracket(reading, before, mention)


def find_as_of(reading: Reading, q: Quantity, sentence: Span, published: date | None, others: Sequence[Quantity] = ()) -> When | None:
    """The day or period a reported value is of, where its sentence states it."""
    candidates = [
        d
        for d in reading.dates_in(sentence.start, sentence.end)
        if not (published and d.first > published) and not is_name_date(reading, d)
    ]
    if not candidates:
        return None
    bracketed = next((d for d in reversed(candidates) if _OPENED_BY.fullmatch(reading.low, d.end, q.start)), None)
    if bracketed is not None and not (published and bracketed.last > published):
        return When(bracketed.last, bracketed.precision)
    counted_to = next((d for d in candidates if d.start >= q.end and _CLOSED_BY.fullmatch(reading.low, q.end, d.start)), None)
    if counted_to is not None:
        return When(counted_to.last, counted_to.precision)
    in_bracket = next((d for d in candidates if is_own_bracket(reading, q, d)), None)
    own = in_bracket or next((d for d in candidates if _is_own(reading, q, d)), None)
    if own is not None and own.precision == "year" and not (published and own.last > published):
        return When(own.last, own.precision)
    before = (
        d
        for d in reversed(candidates)
        if d.end <= q.start and _states_as_of(reading, d, sentence, published) and not _of_another(reading, q, d, others)
    )
    after = (
        d
        for d in candidates
        if d.start >= q.end
        and not (_YEAR_PARTED if d.precision == "year" else _DAY_PARTED).search(reading.low, q.end, d.start)
        and _states_as_of(reading, d, sentence, published)
        and not _PLANS_YEAR.search(reading.low, q.end, d.start)
        and not any(h.kind == "target" for h in reading.kinds_in(q.end, d.start))
    )
    chosen = next(before, None) or next(after, None)
    if chosen is None:
        return None
    if chosen.precision == "year" and chosen.end <= q.start:
        chosen = _counted_to_after(reading, q, candidates) or chosen
    if in_turn := _month_in_turn(reading, q, chosen, others):
        return in_turn
    if chosen.end <= q.start and _NOW.search(reading.low[chosen.end : q.start]):  # "năm 2023 có 12, nay đã có 31"
        return None
    if (
        published
        and chosen.precision == "month"
        and chosen.first <= published < chosen.last
        and _ENDS.search(reading.low[max(0, chosen.start - 8) : chosen.start])
    ):
        return When(published, "month")  # "đến cuối tháng 5" in the last days of May
    is_years = chosen.precision == "year" and (
        q.form == "money" or (chosen.stated_year and published is not None and published.month >= _YEAR_END)
    )
    if published and chosen.last > published and not is_years:
        return None  # the running period is not over: no day of it is stated
    return When(chosen.last, chosen.precision)


_COUNTED = re.compile(r"[^.,;()\d]{0,60}?\s(?:tính\s)?(?:đến|tới)\s(?:ngày\s|hết\s|cuối\s|hết ngày\s|thời điểm\s|nay\s)*")


def _counted_to_after(reading: Reading, q: Quantity, dates: Sequence[DateMention]) -> DateMention | None:
    """ "kinh phí năm 2026 …, đã giải ngân 120 tỷ đồng tính đến hết tháng 8": the day right behind a number, within the year before it."""
    for d in dates:
        if d.start >= q.end and d.precision in ("day", "month", "quarter") and _COUNTED.fullmatch(reading.low, q.end, d.start):
            return d
    return None


_YEAR_END = 11  # month from which on what a year is said to have reached is told of the whole of it
_OPENED_BY = re.compile(r"\s\((?:[^\s()\d]+\s){0,3}")  # "so với năm 2024 (thứ 20)": the bracket tells of that year


# "thứ 14/34 tỉnh, thành phố (tính đến 22/10)": the bracket says of when
_CLOSED_BY = re.compile(r"[^.;()\d]{0,40}\((?:số liệu\s|theo số liệu\s)?(?:tính|cập nhật|chốt|đến|tới)(?!\w)[^()\d]{0,24}")


_MONTHS_ON = re.compile(r"(?P<months>(?:,\s\d{1,2})+(?:\s+và\s+\d{1,2})?)[^.;]{0,40}?\slần lượt\s")


def _month_in_turn(reading: Reading, q: Quantity, first: DateMention, others: Sequence[Quantity]) -> When | None:
    """ "Tháng 6, 7, 8 lần lượt là 41, 58 và 63": the month in the place of the number."""
    listed = _MONTHS_ON.match(reading.low, first.end) if first.precision == "month" else None
    if listed is None or q.start < listed.end():
        return None
    months = [first.first.month, *(int(m) for m in re.findall(r"\d+", listed["months"]))]
    row = sorted(o.start for o in (*others, q) if o.start >= listed.end())
    if len(row) != len(months) or not all(1 <= month <= 12 for month in months):
        return None
    month = months[row.index(q.start)]
    return When(end_of_month(first.first.year, month), "month")


def _states_as_of(reading: Reading, mention: DateMention, sentence: Span, published: date | None) -> bool:
    head = reading.low[max(sentence.start, mention.start - 40) : mention.start]
    if _SINCE.search(head) and not _COUNTED_TO.search(head):
        return False
    if mention.precision == "day":
        return bool(_AS_OF.search(head) or _AT.search(head))
    if mention.precision == "year" and published and mention.last <= published:
        return not _NAMED_YEAR.search(head) or _COUNTED_UP_TO.search(head) is not None
    if mention.precision == "year":
        return bool(_YEAR_OF.search(head)) and not _UP_TO.search(head)
    if mention.precision in ("month", "quarter") and _STATES_NOW.match(reading.low, mention.end):
        return True
    if mention.precision == "month" and CLAUSE_OPENS.search(head) and "20" in reading.low[mention.start : mention.end]:
        return True  # "theo bộ chỉ số này, tháng 12/2025 tỉnh đạt …"
    return bool(_AS_OF.search(head)) or mention.start - sentence.start < 3 or mention.precision in ("half", "quarter")


_COUNTED_UP_TO = Guarded(r"tính (?:đến|tới)\s+$")


def says_now(reading: Reading, q: Quantity, sentence: Span) -> bool:
    """Whether the sentence itself says before a number that it speaks of today: what was dated before holds no longer."""
    return _NOW.search(reading.low[sentence.start : q.start]) is not None


def says_same_time(reading: Reading, sentence: Span) -> bool:
    """ "cùng thời điểm": the sentence goes on with the day stated before."""
    return bool(_SAME_TIME.search(reading.low, sentence.start, sentence.end))
