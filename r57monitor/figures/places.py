"""Whose a figure is: the province of its clause or cell, the nation, else what the document is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from r57monitor.figures.context import FigureContext
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.figures.tables import Cell
from r57monitor.figures.words import alternatives, load_words
from r57monitor.models import ProvinceMention
from r57monitor.text.segment import Span


class Place(NamedTuple):
    """Whose figure it is. `near`: named in the figure's own sentence."""

    province_id: str | None
    name: str | None
    near: bool


_COMPARED = re.compile(
    r"(?:so với|hơn|như|bằng|học (?:tập|hỏi)|giáp|thua|cùng với|kém|sau|trước|từ)\s+(?:tỉnh\s+|thành phố\s+|của\s+|mức\s+|\S+\s+)?$"
)
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


_IN_BRACKETS = re.compile(r"\s?\(\s?")  # "A (61,2%)": what stands in brackets right after a name is its own, compared or not
_FOR = re.compile(r"(?:^|\s)(?:cho|của|đối với|chung)\s\Z")


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
        if _IN_BRACKETS.fullmatch(reading.low, end, q.start):
            return True
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


@lru_cache(maxsize=1)
def _nation_words() -> tuple[frozenset[str], re.Pattern[str]]:
    data = load_words("kinds")["national"]
    return frozenset(data["strong"]), re.compile(rf"{alternatives(data['not_after'])}\s+(?:\S+\s+)?$")


def _place(province: ProvinceMention, *, near: bool) -> Place:
    return Place(province.province_id, province.name, near)
