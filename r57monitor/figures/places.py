"""Whose a figure is: the province of its clause or cell, the nation, else what the document is about."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from r57monitor.figures.context import FigureContext
from r57monitor.figures.layout import line_at
from r57monitor.figures.naming import is_of_commune
from r57monitor.figures.nation import CENTRAL, NATION_WORDS, find_nation
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.figures.tables import Cell
from r57monitor.models import ProvinceMention
from r57monitor.text.guarded import Guarded
from r57monitor.text.nation import is_national
from r57monitor.text.segment import Span


class Place(NamedTuple):
    """Whose figure it is. `near`: named in the figure's own sentence."""

    province_id: str | None
    name: str | None
    near: bool


_COMPARED = Guarded(
    r"(?:so với|hơn|như|bằng|học (?:tập|hỏi)|giáp|thua|cùng với|kém|sau|trước|từ)\s+(?:tỉnh\s+|thành phố\s+|của\s+|mức\s+|\S+\s+)?$"
)
_LOCAL = Guarded(
    r"(?<!\w)(?:whole province|provincial steering|provincial people's|"
    r"toàn tỉnh|tỉnh ta|tỉnh nhà|(?:ubnd|hđnd) (?:tỉnh|huyện|xã|phường)|tỉnh ủy|huyện ủy|thị ủy|đảng ủy (?:xã|phường)|"
    r"toàn (?:huyện|xã|phường))(?!\w)"
)


_LOCAL_AT = Guarded(
    r"(?<!\w)(?:toàn tỉnh|tỉnh|thành phố|địa phương|địa bàn|huyện|xã|phường|sở|công ty|tập đoàn|the province|provincial|commune|"
    r"the city)(?!\w)"
)
_BLOCK = re.compile(r"(?<!\w)(?:khối|nhóm|các)\s+(?:các\s+)?(?:bộ|tỉnh|địa phương|sở|cơ quan)")
_SET_BESIDE = re.compile(r"\d[^\n]*(?:[;(]|,\s|top|tốp|nhóm|thứ|hạng)|(?:top|tốp|nhóm|thứ|hạng)\s+\d")  # "…70%, bình quân cả nước"
_THEN_NAMED = re.compile(r"\s*(?:[^.;,()\d\n]{0,40}?\s)?(?:là|thuộc về|gồm|có)\s+(?:tỉnh\s+|thành phố\s+|tp\.?\s?)?")
_THERE = re.compile(r"\s(?:(?:ở|tại|của|in|for)\s)(?:tỉnh\s|thành phố\s|the\s)?")
_BESIDE = Guarded(r"(?:so với|còn|trong khi|compared with|compared to|against|versus|than|while)\s(?:mức\s|the\s|only\s|chỉ\s)?\Z")
_IN_BRACKETS = re.compile(r"\s?\(\s?|\s[-–]\s|:\s")  # "A (61,2%)": what stands in brackets right after a name is its own, compared or not
_CLAUSE_REACH = 160  # characters from the name at the head of a clause to a number of it
_CLAUSE_OPENS = Guarded(r"(?:\A|[.;:,(–]\s?|\n\W*|(?<!\w)(?:và|còn|trong khi|khi|riêng|song|nhưng|đó)\s)(?:(?:tỉnh|thành phố|tp\.?)\s?)?\Z")
_VERB_FOLLOWS = re.compile(
    r"\s+(?:(?:cũng|lại|vẫn|năm nay|lần đầu|lần đầu tiên|tiếp tục|hiện|đang|đã|mới|chỉ|là|có|đạt|xếp|đứng|giữ|tăng|giảm|dẫn|ghi|hoàn|vươn|"
    r"tụt|thuộc|chiếm|nằm|bố|dành|đặt|phấn|triển|cấp)(?!\w)|năm\s+20\d\d\s)"
)
_VERB_AT_ONCE = re.compile(
    r"\s(?:giữ|xếp|đứng|dẫn đầu|chiếm|đạt|vươn|tụt|ghi nhận)(?!\w)"
)  # "năm thứ ba liên tiếp A giữ vị trí số 1, với …"
_ENUMERATES = re.compile(r"\s*(?:,|và|;|,\s*và)\s*(?:(?:tỉnh|thành phố|tp\.?)\s?)?")
_POINTS_BACK = Guarded(r"(?<!\w)(?:(?:tỉnh|thành phố|địa phương|nơi|vùng đất) (?:này|ấy|đó)|tại đây|nơi đây|ở đây)(?!\w)")
_PARTED = re.compile(r"[,;]\s")
_TOGETHER = re.compile(r"(?<!\w)(?:hai|ba|bốn|năm|[2-9]|các|cả hai|cả ba) (?:tỉnh|thành phố|địa phương)(?!\w)[^,;.]{0,24}\Z")
# "A và B tổng cộng có 412": of all of them, and of none
_SUMMED = re.compile(
    r"(?<!\w)(?:tổng cộng|tất cả|cộng lại|gộp lại|cộng dồn|cả (?:hai|ba|bốn|năm)|combined|together|in total|altogether)(?!\w)"
)
_SUMMED_BEFORE = Guarded(r"(?<!\w)(?:tổng cộng|tổng số|tổng|cộng lại)\s[^,;.]{0,60}\Z")
_MANY, _OPENS_WITHIN = 5, 45  # subjects of a comparison; characters before the name that opens a paragraph
_TOGETHER_REACH = 260  # characters before a sentence in which "ba tỉnh" were named
_POINTING = 400  # characters from such a word to the name it means
_LEAD = 2500  # characters in which a text that is not about a province at first speaks of the nation
_NATION_SHOWN = 3  # names of the nation and its bodies that show what an outlet of a province writes about
_NATION_REACH = 4  # sentences through which a paragraph about the nation goes on


class Places:
    """The provinces of a text in order, and whose each figure is."""

    def __init__(self, context: FigureContext) -> None:
        self._mentions = sorted((start, end, p) for p in context.provinces for start, end in p.spans)
        self._starts = [m[0] for m in self._mentions]
        subjects = [p for p in context.provinces if p.role == "subject"]
        self._subjects = subjects
        self._ids = {p.province_id for p in subjects}
        self._is_survey = len(subjects) > 1
        self._home = context.source_province_id
        self._titled = any(p.name.lower() in (context.title or "").lower() for p in subjects)
        self._nation_told: bool | None = None  # looked up once a text

    def _in_turn(self, reading: Reading, q: Quantity, sentence: Span, others: Sequence[Quantity]) -> Place | None:
        """ "A, B và C lần lượt là 22, 9 và 13": each its own."""
        turn = reading.low.rfind("lần lượt", sentence.start, q.start)
        if turn < 0:
            return self._in_rank_list(reading, q, sentence, others) if q.form == "rank" and q.of is None else None
        named = [m for m in self._mentions if sentence.start <= m[0] < turn]
        counted = self._row_with(reading, q, [o for o in others if turn < o.start])
        if len(counted) < 2:
            return None
        if len(named) < len(counted):
            named = self._named_together(reading, sentence, turn) if not named else []
            return _place(named[counted.index(q.start)][2], near=True) if len(named) == len(counted) else None
        named = named[-len(counted) :]  # "của A là 94%; của B và C lần lượt là 77% và 81%"
        return _place(named[counted.index(q.start)][2], near=True)

    def _named_together(self, reading: Reading, sentence: Span, turn: int) -> list[tuple[int, int, ProvinceMention]]:
        """ "A, B và C đi đầu. Tỷ lệ của ba tỉnh lần lượt là …": each province that the text before names, where the sentence means them."""
        if _TOGETHER.search(reading.low[sentence.start : turn]) is None:
            return []
        first: dict[str, tuple[int, int, ProvinceMention]] = {}
        for mention in self._mentions:
            if sentence.start - _TOGETHER_REACH <= mention[0] < sentence.start:
                first.setdefault(mention[2].province_id, mention)
        return list(first.values())

    def _row_with(self, reading: Reading, q: Quantity, others: Sequence[Quantity]) -> list[int]:
        """Where the numbers of q's row start: those that only a comma or "và" parts from one another, else all of them."""
        numbers = sorted((*others, q), key=lambda o: o.start)
        first = last = numbers.index(q)
        while first > 0 and _ENUMERATES.fullmatch(reading.low, numbers[first - 1].end, numbers[first].start):
            first -= 1
        while last + 1 < len(numbers) and _ENUMERATES.fullmatch(reading.low, numbers[last].end, numbers[last + 1].start):
            last += 1
        row = numbers[first : last + 1] if last > first else numbers
        return [o.start for o in row]

    def _in_rank_list(self, reading: Reading, q: Quantity, sentence: Span, others: Sequence[Quantity]) -> Place | None:
        """ "A, B, C giữ vị trí thứ 5, 6, 7": as many names in a row as ranks."""
        ranks = sorted((o for o in (*others, q) if o.form == "rank"), key=lambda o: o.start)
        at = ranks.index(q)
        first = last = at
        while first > 0 and _ENUMERATES.fullmatch(reading.low, ranks[first - 1].end, ranks[first].start):
            first -= 1
        while last + 1 < len(ranks) and _ENUMERATES.fullmatch(reading.low, ranks[last].end, ranks[last + 1].start):
            last += 1
        named = [m for m in self._mentions if sentence.start <= m[0] and m[1] <= ranks[first].start][-(last - first + 1) :]
        if first == last or len(named) <= last - first:
            return None
        in_row = all(_ENUMERATES.fullmatch(reading.low, a[1], b[0]) for a, b in pairwise(named))
        return _place(named[at - first][2], near=True) if in_row else None

    def of(self, reading: Reading, q: Quantity, sentence: Span, cell: Cell | None, others: Sequence[Quantity] = ()) -> Place:
        """Own clause or cell, national words, the sentences before, else the document's subject."""
        if in_turn := self._in_turn(reading, q, sentence, others):
            return in_turn
        for span in (cell.head, cell.label) if cell else ():
            if span and (inside := [m for m in self._mentions if span.start <= m[0] < span.end]):
                return _place(inside[-1][2], near=True)
        if held := self._right_before(reading, q, sentence):
            return _place(held, near=True)
        if (q.form == "rank" and (named := self._named_after(reading, q, sentence))) or (named := self._set_beside(reading, q, sentence)):
            return _place(named, near=True)
        before = [m for m in self._mentions if sentence.start <= m[0] and m[1] <= q.start and self._counts(reading, m, q)]
        if not before and (meant := self._pointed_at(reading, q, sentence)):
            return _place(meant, near=True)
        nation = find_nation(reading, q, sentence, has_subjects=bool(self._subjects))
        if nation is not None and self._subjects and _turns_local(reading, nation, q):
            nation = None
        if before and (nation is None or before[-1][0] > nation):
            return Place(None, None, True) if self._is_of_all(reading, q, sentence, before[-1]) else _place(before[-1][2], near=True)
        if nation is not None:
            return Place(None, "national", True)
        if self._nation_goes_on(reading, q, sentence) or self._comes_before_names(reading, q):
            return Place(None, "national", False)
        if len(self._subjects) == 1:
            return _place(self._subjects[0], near=False)
        earlier = [m for m in self._mentions if m[1] <= q.start and self._is_told_of(reading, m) and not _is_in_row(reading, m)]
        own_after = [m for m in self._mentions if q.end <= m[0] and m[1] <= sentence.end and m[2].province_id in self._ids]
        if own_after and not any(m[0] >= sentence.start for m in earlier):
            return _place(own_after[0][2], near=True)
        if earlier and self._subjects and not self._is_left_behind(reading, q, earlier[-1]):
            return _place(earlier[-1][2], near=False)
        if self._subjects and not earlier:
            return _place(self._subjects[0], near=False)
        is_of_nation = self._is_of_nation(reading) and not is_of_commune(reading.text, q, sentence)
        return Place(None, "national", False) if is_of_nation else Place(None, None, False)

    def _is_of_all(self, reading: Reading, q: Quantity, sentence: Span, last: tuple[int, int, ProvinceMention]) -> bool:
        """ "Hai tỉnh A và B tổng cộng có 412 trạm": the sum of the provinces named in a row before it."""
        at = bisect_left(self._starts, last[0])
        first = at
        while first and self._mentions[first - 1][0] >= sentence.start and self._in_row(reading, first):
            first -= 1
        if first == at:
            return False
        head = reading.low[sentence.start : self._mentions[first][0]]
        if _SUMMED.search(reading.low, last[1], q.start) is not None:
            return True
        return _TOGETHER.search(head) is not None and _SUMMED_BEFORE.search(head) is not None

    def _is_left_behind(self, reading: Reading, q: Quantity, last: tuple[int, int, ProvinceMention]) -> bool:
        """Whether a text that compares many provinces has gone on, in another paragraph, from one that it only named among others."""
        if len(self._subjects) <= _MANY or "\n" not in reading.text[last[1] : q.start]:
            return False
        return last[0] - (reading.text.rfind("\n", 0, last[0]) + 1) > _OPENS_WITHIN

    def _in_row(self, reading: Reading, place: int) -> bool:
        """Whether a name and the one before it stand in one enumeration."""
        one, other = self._mentions[place - 1], self._mentions[place]
        return _ENUMERATES.fullmatch(reading.low, one[1], other[0]) is not None and one[2] is not other[2]

    def _right_before(self, reading: Reading, q: Quantity, sentence: Span) -> ProvinceMention | None:
        """ "A (61%)": what stands in brackets right after a name, whatever else the sentence says."""
        at = bisect_left(self._starts, q.start) - 1
        if at < 0 or self._mentions[at][0] < sentence.start:
            return None
        _, end, province = self._mentions[at]
        return province if _IN_BRACKETS.fullmatch(reading.low, end, q.start) else None

    def _pointed_at(self, reading: Reading, q: Quantity, sentence: Span) -> ProvinceMention | None:
        """ "Tỉnh này đặt mục tiêu …", "tại đây": the place named last before."""
        if not _POINTS_BACK.search(reading.low[sentence.start : q.start]):
            return None
        at = bisect_left(self._starts, sentence.start) - 1
        return self._mentions[at][2] if at >= 0 and sentence.start - self._mentions[at][1] < _POINTING else None

    def _named_after(self, reading: Reading, q: Quantity, sentence: Span) -> ProvinceMention | None:
        """ "Ở vị trí thứ 2 là A": the place that a rank names after it."""
        following = next((m for m in self._mentions if q.end <= m[0] < sentence.end), None)
        return following[2] if following and _THEN_NAMED.fullmatch(reading.low, q.end, following[0]) else None

    def _set_beside(self, reading: Reading, q: Quantity, sentence: Span) -> ProvinceMention | None:
        """ "91%, so với 88% ở B": the place right after the number that another is compared with."""
        following = next((m for m in self._mentions if q.end <= m[0] < sentence.end), None)
        if following is None or not _THERE.fullmatch(reading.low, q.end, following[0]):
            return None
        return following[2] if _BESIDE.search(reading.low[max(sentence.start, q.start - 40) : q.start]) else None

    def _nation_goes_on(self, reading: Reading, q: Quantity, sentence: Span) -> bool:
        """Whether the sentences before, in the same paragraph, speak of the nation and nothing local since."""
        if q.form in ("rank", "place") or q.at_most:
            return False
        own = reading.low[sentence.start : q.start]
        if _LOCAL_AT.search(_BLOCK.sub(" ", own)) or self.names_one(sentence.start, sentence.end):
            return False
        at = bisect_left(reading.sentences, (sentence.start,))
        line_start = reading.text.rfind("\n", 0, sentence.start) + 1
        for earlier in reversed(reading.sentences[max(0, at - _NATION_REACH) : at]):
            if earlier.start < line_start:
                return False
            if self.names_one(earlier.start, earlier.end) or _LOCAL_AT.search(_BLOCK.sub(" ", reading.low[earlier.start : earlier.end])):
                return False
            if (told := find_nation(reading, _end_of(earlier), earlier, has_subjects=bool(self._subjects))) is not None:
                return not _SET_BESIDE.search(reading.low, earlier.start, told)
        return False

    def _comes_before_names(self, reading: Reading, q: Quantity) -> bool:
        """Whether a text speaks of the nation up to here and of its one province only later."""
        if self._home is not None or self._titled or not self._mentions or self._mentions[0][0] < q.start or q.form == "rank":
            return False
        told = reading.low[max(0, q.start - _LEAD) : q.start]
        return sum(1 for _ in NATION_WORDS.finditer(told)) >= 2 and not _LOCAL.search(told)

    def _is_of_nation(self, reading: Reading) -> bool:
        """Whether a text that is about no province speaks of the nation."""
        if self._nation_told is None:
            central = bool(reading.cues.national or CENTRAL.search(reading.low))
            if self._home is not None:  # a provincial outlet has to speak of the nation more than once, and of nothing local
                central = central and sum(1 for _ in islice(NATION_WORDS.finditer(reading.low), _NATION_SHOWN)) == _NATION_SHOWN
                central = central and not _LOCAL.search(reading.low)
            self._nation_told = central and (not _LOCAL.search(reading.low) or is_national(reading.text, None, ()))
        return self._nation_told

    def _counts(self, reading: Reading, mention: tuple[int, int, ProvinceMention], q: Quantity) -> bool:
        start, end, province = mention
        if _IN_BRACKETS.fullmatch(reading.low, end, q.start):
            return True
        if _COMPARED.search(reading.low[max(0, start - 24) : start]):
            return False
        if province.province_id in self._ids or not self._ids:
            return True
        if (self._is_survey or self._opens_clause(reading, start, end) or _VERB_AT_ONCE.match(reading.low, end)) and not re.search(
            r";|[.]\s", reading.low[end : q.start]
        ):
            return q.start - end <= _CLAUSE_REACH
        # another province counts only as the clause's own subject or right at the number: "Hà Nội (95,1%)"
        return q.start - end <= 90 and not _PARTED.search(reading.low, end, q.start)

    def _is_told_of(self, reading: Reading, mention: tuple[int, int, ProvinceMention]) -> bool:
        """Whether what follows can be a named province's: a subject's, or where several are told of that of any that opens a clause."""
        start, end, province = mention
        return not self._ids or province.province_id in self._ids or (self._is_survey and self._opens_clause(reading, start, end))

    def _opens_clause(self, reading: Reading, start: int, end: int) -> bool:
        """ "…, trong khi tỉnh A mới …": a name that a verb follows at the head of its clause, alone."""
        if not _CLAUSE_OPENS.search(reading.low[max(0, start - 40) : start]) or not _VERB_FOLLOWS.match(reading.low, end):
            return False
        at = bisect_left(self._starts, start)
        return at == 0 or not _ENUMERATES.fullmatch(reading.low, self._mentions[at - 1][1], start)

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


def _is_in_row(reading: Reading, mention: tuple[int, int, ProvinceMention]) -> bool:
    """Whether a name stands in a row of a table: it holds for that row alone."""
    line = line_at(reading.lines, mention[0])
    return line is not None and " | " in reading.low[line.start : line.end]


def _turns_local(reading: Reading, nation: int, q: Quantity) -> bool:
    """ "65% của cả nước; riêng các trường trên địa bàn có 5.000": a part of its own that speaks of what is local."""
    part = reading.low.rfind("; ", nation, q.start)
    return part >= 0 and _LOCAL_AT.search(_BLOCK.sub(" ", reading.low[part : q.start])) is not None


def _end_of(sentence: Span) -> Quantity:
    """A stand-in for a number at the end of a sentence."""
    return Quantity(
        start=sentence.end, end=sentence.end, number_start=sentence.end, number_end=sentence.end, value=0, form="share", unit="%"
    )


def _place(province: ProvinceMention, *, near: bool) -> Place:
    return Place(province.province_id, province.name, near)
