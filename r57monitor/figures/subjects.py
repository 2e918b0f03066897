"""What a clause itself says that it tells of, so that its number does not go on with the one before."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.figures.words import alternatives, load_words

_JOINT = re.compile(r"[;,]\s|\s(?=(?:và|còn|trong khi|song|nhưng)\s)")
_NOUN_BEHIND = re.compile(  # not what a share is usually one of, and no word that only joins
    r"\s+(?!(?:dân|số|tổng|hộ|diện|kế|nhu|khối|người|địa|so|và|vào|trong|ở|tại|của|là|trên|cho)(?!\w))(?P<noun>[^\W\d_]+)\s+[^\W\d_]+"
)
_LEADS_IN = re.compile(r"\s*(?:(?:và|còn|có|đã có|hơn|gần|trên|khoảng|đồng thời|song|nhưng)\s+)*")  # right before the number: nothing else


@lru_cache(maxsize=1)
def _says_nothing() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){alternatives(load_words('kinds')['again']['words'])}(?!\w)|[\W\d_]+")


_MEASURED = re.compile(
    r"(?:[^\W\d_]+(?:\s[^\W\d_]+){0,3},\s|(?:và|còn|riêng|theo đó)\s)?"
    r"(?:tỷ lệ|tỷ trọng|tốc độ|độ|mức|diện tích|sản lượng|công suất|doanh thu|tổng mức|(?:tổng )?giá trị|kim ngạch|thu nhập|thu ngân sách|"
    r"chi phí|dữ liệu|khu vực|ngành|lĩnh vực|tiết kiệm)(?!\w)"
)


def names_other(head: str, before: str) -> bool:
    """ "Tỷ lệ bao phủ bảo hiểm y tế đạt (95,6%)": what it measures is said, in none of the words of what stands before."""
    measured = None if before.endswith((":", "?")) else _MEASURED.match(head)
    return measured is not None and _is_new(head[measured.end() :], before)


def names_anew(between: str, before: str) -> bool:
    """Whether the clause that leads to a change says what changed: "(đạt 92%), năng suất lao động tăng (8,5%)".

    between: from the number before. before: what stands before that number.
    """
    parts = _JOINT.split(between)
    return len(parts) > 1 and _is_new(parts[-1], before)


def own_clause(reading: Reading, q: Quantity, last: Quantity, start: int) -> int | None:
    """Where the clause of a share begins that itself says of what it is one ("đạt 92%, 100% trường học có mạng"); None where it does not.

    last: the number before. start: of their sentence.
    """
    low = reading.low
    begins = [joint.end() for joint in _JOINT.finditer(low, last.end, q.start)] if q.form == "share" else []
    for begin in begins:
        if names_other(low[begin : q.start].lstrip(), low[start:begin]):
            return begin
    if not begins or not _LEADS_IN.fullmatch(low, begins[-1], q.start):
        return None
    behind = _NOUN_BEHIND.match(low, q.end)
    return begins[-1] if behind and behind["noun"] not in low[start : last.end].split() else None


def _is_new(clause: str, before: str) -> bool:
    words = [word for word in _says_nothing().sub(" ", clause).split() if word not in ("grdp", "gdp")]
    return len(words) > 1 and not any(f"{one} {next_one}" in before for one, next_one in pairwise(words))
