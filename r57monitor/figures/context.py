"""What is known of a document when its figures are read, and the dates and provinces of one figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from r57monitor.figures.kinds import is_future, is_name_date
from r57monitor.figures.reading import Reading
from r57monitor.figures.spans import Quantity
from r57monitor.figures.tables import Cell
from r57monitor.figures.words import alternatives, load_words
from r57monitor.models import DocumentCitation, FigureKind, PageType, Precision, ProvinceMention
from r57monitor.text.dates import DateMention, end_of_month
from r57monitor.text.segment import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureContext:
    """title, publication day, provinces and documents found in the text (spans in that text), page type, the outlet's province."""

    title: str | None = None
    published: date | None = None
    provinces: Sequence[ProvinceMention] = field(default=())
    documents: Sequence[DocumentCitation] = field(default=())
    page_type: PageType = "article"
    source_province_id: str | None = None


class Place(NamedTuple):
    """Whose figure it is. `near`: named in the figure's own sentence."""

    province_id: str | None
    name: str | None
    near: bool


class When(NamedTuple):
    """Last day of the period named, and how precise it is."""

    day: date
    precision: Precision


_BY = re.compile(
    r"(?:đến|tới|hết|trước|vào|trong|cuối|chậm nhất|cho|sang|giữa|đầu|từ nay|cả|kế hoạch|mục tiêu|chỉ tiêu|dự kiến|phấn đấu|"
    r"by|until|before|in|to)\s+"
    r"(?:hết\s+|cuối\s+|giữa\s+|đầu\s+|ngày\s+|hết\s+ngày\s+|giai\s+đoạn\s+|khi\s+kết\s+thúc\s+|khi\s+bước\s+sang\s+|tháng\s+|"
    r"thời\s+điểm\s+|the\s+|end\s+of\s+|early\s+|late\s+)*$"
)
_AS_OF = re.compile(
    r"(?:đến|tới|hết|tính|chốt|cuối|trong|vào|lúc|hồi|riêng|tại|qua|cả|giữa|kể từ|as of|by|at|in|of|until)\s+"
    r"(?:hết\s+|cuối\s+|giữa\s+|đầu\s+|ngày\s+|tối\s+|sáng\s+|chiều\s+|hết\s+ngày\s+|thời\s+điểm\s+|tận\s+|the\s+|end\s+of\s+)*$"
)
_AT = re.compile(r"(?:thời điểm|số liệu|chốt)[^,.;()]{0,30}\(\s*(?:ngày\s+)?$")
_SINCE = re.compile(
    r"(?:từ|kể từ|sau|trước|so với|bắt đầu từ|đầu|của|so với cuối|so với cùng kỳ)\s+(?:ngày\s+|năm\s+|tháng\s+|cuối\s+|đầu\s+|hồi\s+)*$"
)
_DEADLINE = re.compile(r"(?:thời hạn|hạn chót|hạn hoàn thành)")
_NOW = re.compile(r"(?<!\w)(?:nay|hiện|hiện nay|hiện có|hiện tại|bây giờ)(?!\w)(?!\s+(?:đại|trường|thực))")
_ENDS = re.compile(r"(?:cuối|hết)\s+$")
_SAME_TIME = re.compile(r"(?:cùng|cũng tính tới|tại|đến|tới|vào)\s+(?:thời điểm|thời gian)(?!\w)")
_COMPARED = re.compile(
    r"(?:so với|hơn|như|bằng|học (?:tập|hỏi)|giáp|thua|cùng với|kém|sau|trước|từ)\s+(?:tỉnh\s+|thành phố\s+|của\s+|mức\s+|\S+\s+)?$"
)


def find_due(reading: Reading, q: Quantity, sentence: Span, published: date | None, others: Sequence[Quantity]) -> When | None:
    """The day a goal falls due: a later date in the number's own clause, else the nearest before it in its sentence, else after it."""
    inside = [d for d in reading.dates_in(sentence.start, sentence.end) if is_future_for_goal(reading, d, published)]
    before = [d for d in inside if d.end <= q.start and _introduced(reading, d, sentence, _BY, published)]
    after = [d for d in inside if d.start >= q.end and _introduced(reading, d, sentence, _BY, published)]
    own = _own_clause_date(reading, q, sentence, published, before)
    if own is not None and (not before or re.search(r"[,;:]", reading.low[before[-1].end : q.start])):
        return own
    if before:
        return When(before[-1].last, before[-1].precision)
    for mention in after:
        gap = reading.low[q.end : mention.start]
        if re.search(r"[;\n]|[.]\s", gap) and not _DEADLINE.search(reading.low, mention.start - 40, mention.start):
            break
        if not any(q.end <= o.start < mention.start for o in others) or "," not in gap:
            return When(mention.last, mention.precision)
    return own


_DUE_BY = re.compile(r"(?:trước|chậm nhất|đến|hết|trong|vào|xong)\s+(?:hết\s+|cuối\s+|ngày\s+|hết\s+ngày\s+)*$")


def _own_clause_date(reading: Reading, q: Quantity, sentence: Span, published: date | None, before: Sequence[DateMention]) -> When | None:
    """The date right after a number, in its clause. One without a year that would be over is of the year named before, or the next."""
    for mention in reading.dates_in(q.end, sentence.end):
        head = reading.low[max(q.end, mention.start - 24) : mention.start]
        if re.search(r"[,;.:()]", reading.low[q.end : mention.start]):
            return None
        if not _DUE_BY.search(head) or is_name_date(reading, mention):
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


def is_future_for_goal(reading: Reading, mention: DateMention, published: date | None) -> bool:
    """Whether a date can be a goal's: not over on the article's day and no part of a name."""
    if is_name_date(reading, mention):
        return False
    return is_future(mention, published) if published else mention.last.year >= 2025


def _introduced(reading: Reading, mention: DateMention, sentence: Span, pattern: re.Pattern[str], published: date | None) -> bool:
    head = reading.low[max(sentence.start, mention.start - 40) : mention.start]
    word = reading.low[mention.start : mention.end]
    if re.match(r"\s+(?:là|đạt|ở mức|phải đạt)(?!\w)", reading.low[mention.end : mention.end + 12]) and mention.precision == "year":
        return True
    if mention.precision == "year" and published and mention.first > published and head.endswith("từ "):
        return True
    if re.search(r"(?:^|[.:]\s)(?:[-+•]\s?)?(?:tầm nhìn(?: đến)?|giai đoạn|định hướng(?: đến)?)\s+(?:năm\s+)?$", head):
        return True
    opens = mention.precision != "day" and (mention.start - sentence.start < 3 or bool(re.search(r"[,;:(]\s*$|\svà\s$", head)))
    return opens or bool(pattern.search(head)) or word.startswith(("cuối năm", "hết năm", "cả năm"))


def find_as_of(reading: Reading, q: Quantity, sentence: Span, published: date | None) -> When | None:
    """The day or period a reported value is of, where its sentence states it."""
    candidates = [
        d
        for d in reading.dates_in(sentence.start, sentence.end)
        if not (published and d.first > published) and not is_name_date(reading, d)
    ]
    before = [d for d in candidates if d.end <= q.start and _states_as_of(reading, d, sentence, published)]
    after = [
        d
        for d in candidates
        if d.start >= q.end
        and _states_as_of(reading, d, sentence, published)
        and not re.search(r"[;(]|,\s" if d.precision == "year" else r"[;]|,\s", reading.low[q.end : d.start])
    ]
    chosen = before[-1] if before else after[0] if after else None
    if chosen is None:
        return None
    if chosen.end <= q.start and _NOW.search(reading.low[chosen.end : q.start]):  # "năm 2023 có 12, nay đã có 31"
        return None
    if (
        published
        and chosen.precision == "month"
        and chosen.first <= published < chosen.last
        and _ENDS.search(reading.low[max(0, chosen.start - 8) : chosen.start])
    ):
        return When(published, "month")  # "đến cuối tháng 5" in the last days of May
    if published and chosen.last > published and not (chosen.precision == "year" and q.form == "money"):
        return None  # the running period is not over: no day of it is stated
    return When(chosen.last, chosen.precision)


def _states_as_of(reading: Reading, mention: DateMention, sentence: Span, published: date | None) -> bool:
    head = reading.low[max(sentence.start, mention.start - 40) : mention.start]
    if _SINCE.search(head):
        return False
    if mention.precision == "day":
        return bool(_AS_OF.search(head) or _AT.search(head))
    if mention.precision == "year" and published and mention.last <= published:
        return not re.search(r"(?:đến|tới|giai đoạn|khóa|nhiệm kỳ|luật|nghị quyết|nghị định)\s+$", head)
    if mention.precision == "year":
        return bool(re.search(r"(?:trong|hết|đến|tới|cuối|cả|của|số|dti|pii|toán)\)?\s+$|(?:^|[,(]\s?)$", head)) and not re.search(
            r"đến\s+$", head
        )
    return bool(_AS_OF.search(head)) or mention.start - sentence.start < 3 or mention.precision in ("half", "quarter")


_FOR = re.compile(r"(?:^|\s)(?:cho|của|đối với|chung)\s\Z")
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
            found = [w for w in found if not (published and w.day > published)]
        if found:
            return found[-1]
    return None


def says_same_time(reading: Reading, sentence: Span) -> bool:
    """ "cùng thời điểm": the sentence goes on with the day stated before."""
    return bool(_SAME_TIME.search(reading.low, sentence.start, sentence.end))


_CENTRAL = re.compile(
    r"(?<!\w)(?:chính phủ|quốc hội|bộ chính trị|trung ương|nghị quyết (?:số )?57|bộ (?:khoa học|công an|nội vụ|tài chính|y tế))(?!\w)"
)
_LOCAL = re.compile(
    r"(?<!\w)(?:toàn tỉnh|tỉnh ta|tỉnh nhà|(?:ubnd|hđnd) (?:tỉnh|huyện|xã|phường)|tỉnh ủy|huyện ủy|thị ủy|đảng ủy (?:xã|phường)|"
    r"toàn (?:huyện|xã|phường))(?!\w)"
)


# the nation as the one that acts or sets goals, in an article about a province too
_NATION_ACTS = re.compile(
    r"(?:(?<!\w)nghị quyết (?:số )?57(?:-nq/tw)?[^.;,]{0,40}?\s(?:đặt|đề ra|xác định|nêu|đưa ra|hướng tới|yêu cầu)"
    r"|(?:^|[.,;:(“\"]\s?|\d,?\s|để\s|đưa\s)(?:việt nam|nước ta)\s+"
    r"(?:xếp|đứng|có|đạt|thuộc|nằm|phấn đấu|trở thành|lọt|tăng|hiện|đã|cần|sẽ|vào)"
    r"|(?<!\w)(?:chính phủ|bộ chính trị|quốc hội|trung ương|bộ (?:khoa học và công nghệ|công an|nội vụ|tài chính|y tế))\s"
    r"(?:đặt|đề ra|xác định|phấn đấu|giao các|yêu cầu các))(?!\w)",
    re.MULTILINE,
)
_GDP = re.compile(r"(?<!\w)gdp(?!\w)")


class Places:
    """The provinces of a text in order, and whose each figure is."""

    def __init__(self, context: FigureContext) -> None:
        self._mentions = sorted((start, end, p) for p in context.provinces for start, end in p.spans)
        subjects = [p for p in context.provinces if p.role == "subject"]
        self._subjects = subjects
        self._ids = {p.province_id for p in subjects}
        self._home = context.source_province_id
        self._nation_told: bool | None = None  # looked up once a text

    def _in_turn(self, reading: Reading, q: Quantity, sentence: Span, others: Sequence[Quantity]) -> Place | None:
        """ "A, B và C lần lượt là 22, 9 và 13": each its own."""
        turn = reading.low.rfind("lần lượt", sentence.start, q.start)
        if turn < 0:
            return None
        named = [m for m in self._mentions if sentence.start <= m[0] < turn]
        counted = sorted(o.start for o in (*others, q) if turn < o.start)
        if len(counted) < 2 or len(named) < len(counted):
            return None
        named = named[-len(counted) :]  # "của A là 94%; của B và C lần lượt là 77% và 81%"
        return _place(named[counted.index(q.start)][2], near=True)

    def of(self, reading: Reading, q: Quantity, sentence: Span, cell: Cell | None, others: Sequence[Quantity] = ()) -> Place:
        """Own clause or cell, national words, the sentences before, else the document's subject."""
        if in_turn := self._in_turn(reading, q, sentence, others):
            return in_turn
        for span in (cell.head, cell.label) if cell else ():
            if span and (inside := [m for m in self._mentions if span.start <= m[0] < span.end]):
                return _place(inside[-1][2], near=True)
        before = [m for m in self._mentions if sentence.start <= m[0] and m[1] <= q.start and self._counts(reading, m, q)]
        nation = self._nation(reading, q, sentence)
        if before and (nation is None or before[-1][0] > nation):
            return _place(before[-1][2], near=True)
        if nation is not None:
            return Place(None, "national", True)
        if len(self._subjects) == 1:
            return _place(self._subjects[0], near=False)
        earlier = [m for m in self._mentions if m[1] <= q.start and (m[2].province_id in self._ids or not self._ids)]
        own_after = [m for m in self._mentions if q.end <= m[0] and m[1] <= sentence.end and m[2].province_id in self._ids]
        if own_after and not any(m[0] >= sentence.start for m in earlier):
            return _place(own_after[0][2], near=True)
        if earlier and self._subjects:
            return _place(earlier[-1][2], near=False)
        if self._subjects:
            return _place(self._subjects[0], near=False)
        return Place(None, "national", False) if self._is_of_nation(reading) else Place(None, None, False)

    def _is_of_nation(self, reading: Reading) -> bool:
        """Whether a text that is about no province speaks of the nation."""
        if self._nation_told is None:
            central = self._home is None and bool(reading.national or _CENTRAL.search(reading.low))
            self._nation_told = central and not _LOCAL.search(reading.low)
        return self._nation_told

    def _counts(self, reading: Reading, mention: tuple[int, int, ProvinceMention], q: Quantity) -> bool:
        start, end, province = mention
        if _COMPARED.search(reading.low[max(0, start - 24) : start]):
            return False
        if province.province_id in self._ids or not self._ids:
            return True
        # another province counts only as the clause's own subject or right at the number: "Hà Nội (95,1%)"
        return not re.search(r"[,;]\s", reading.low[end : q.start]) and q.start - end <= 60

    def _nation(self, reading: Reading, q: Quantity, sentence: Span) -> int | None:
        strong, not_after = _nation_words()
        if q.form in ("rank", "place") or q.at_most:
            strong = frozenset({"việt nam", "nước ta"})
        best = None
        if q.form not in ("rank", "place") and not q.at_most:
            own = [m.start() for m in _NATION_ACTS.finditer(reading.low[sentence.start : q.start])]
            best = sentence.start + own[-1] if own else None
            if q.form == "share" and _GDP.search(reading.low[q.start : q.end]):
                best = max(best or 0, sentence.start)
        for start, end, word in reading.national:
            if not sentence.start <= start < sentence.end or (
                start > q.start and start - q.end > 40 and not _FOR.search(reading.low, q.end, start)
            ):
                continue
            head = reading.low[max(sentence.start, start - 32) : start]
            if not_after.search(head) or (word not in strong and (self._subjects or q.form in ("rank", "place") or q.at_most)):
                continue
            if end <= q.start or (word in ("cả nước", "toàn quốc") and not re.search(r"[,;.]", reading.low[q.end : start])):
                best = start
        return best

    def names_one(self, start: int, end: int) -> bool:
        """Whether a province is named between two places of the text."""
        return any(start <= m[0] and m[1] <= end for m in self._mentions)

    def without_names(self, low: str, start: int, end: int) -> str:
        """A stretch of the text, the names of provinces left out."""
        pieces, at = [], start
        for first, last, _ in self._mentions:
            if at <= first and last <= end:
                pieces.append(low[at:first])
                at = last
        return " ".join([*pieces, low[at:end]])

    @property
    def has_subject(self) -> bool:
        """Whether the document has a subject province."""
        return bool(self._subjects)


@lru_cache(maxsize=1)
def _nation_words() -> tuple[frozenset[str], re.Pattern[str]]:
    data = load_words("kinds")["national"]
    return frozenset(data["strong"]), re.compile(rf"{alternatives(data['not_after'])}\s+(?:\S+\s+)?$")


def _place(province: ProvinceMention, *, near: bool) -> Place:
    return Place(province.province_id, province.name, near)
