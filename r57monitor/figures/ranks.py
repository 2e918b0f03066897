"""Ranks: thứ, hạng, vị trí with their base; top N and "nhóm N địa phương" as counts that bound a rank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from r57monitor.figures.words import alternatives, load_words
from r57monitor.text.starts import Starts, match_at

Rank = tuple[int, int, int, float, float | None, str, bool]  # start, end, number start, value, base, unit, at most

_WORDS = {"nhất": 1, "nhì": 2, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
_NO_BASE = r"(?!\d{1,3}\s+(?:chỉ|tiêu|trụ|nội|tháng|năm|ngày|tuần)(?!\w))"
_BASE = (
    rf"(?:\s?(?:/\s?|(?:trên|trong)\s+(?:tổng\s+số\s+|tổng\s+|số\s+|nhóm\s+|toàn\s+bộ\s+)?{_NO_BASE})"
    r"(?:tổng\s+số\s+|tổng\s+|số\s+)?(?P<of>\d{1,3}(?:\.\d{3})?)(?![.,]?\d))?"
)
_NUMBERED = re.compile(
    rf"(?<!\w)(?:vị\s+trí\s+(?:thứ\s+|số\s+)?|vị\s+thứ\s+|thứ\s+hạng\s+|thứ\s+|hạng\s+|hạng\s+thứ\s+)(?P<n>\d{{1,3}})(?![.,]\d)(?!\d){_BASE}(?!\s?[/-]\d)"
)
_PLACED = re.compile(  # "xếp 71/193 quốc gia"
    r"(?<!\w)(?:xếp|đứng)\s+(?P<n>\d{1,3})\s?/\s?(?P<of>\d{2,3}(?:\.\d{3})?)"
    r"(?=\s+(?:quốc gia|nước|nền kinh tế|tỉnh|thành phố|địa phương)(?!\w))"
)
_LISTED = re.compile(  # "xếp thứ 5, 6 và 7", "ở vị trí 110 và 148 trong tổng số 1.450 thành phố"
    rf"(?:,\s|\s+và\s+)(?:vị\s+trí\s+|hạng\s+)?(?:thứ\s+)?(?P<n>\d{{1,3}})(?![.,/-]?\d){_BASE}"
    r"(?=\s*(?:[.,;)\n]|\Z|(?:và|về|với|trong|trên|cả|toàn|thế|châu|khu|tỉnh|thành phố|quốc gia|nước)(?!\w)))"
)
_WORDED = re.compile(rf"(?<!\w)thứ\s+(?P<n>{'|'.join(_WORDS)})(?!\w){_BASE}")
_MOVED = re.compile(r"\s+(?:lên|xuống|về)\s+(?:vị\s+trí\s+)?(?:thứ\s+)?(?P<n>\d{1,3})(?![.,]?\d)(?!\s?(?:bậc|hạng|%|/))")
_GOOD_BEFORE = re.compile(
    r"(?:^|[\s(|])(?:xếp|đứng|ở|giữ|lên|xuống|từ|về|là|đạt|hạng|trí|tạm|được|vươn|nằm|tụt|thăng|hiện|và|hay|có|đang|tại|vững|chiếm|trong|rơi|"
    r"dừng)\s+(?:thứ\s+)?$|[.,:(|;]\s*$|^\s*$"
)
_AFTER_ANOTHER = re.compile(r"(?<!\w)thứ\s+\d{1,3}\s+(?:năm\s+)?20\d\d(?:,|\s+và|,\s+và)\s+$")  # "thứ 3 năm 2023 và thứ 2 năm 2024"
_RANKING = re.compile(r"(?<!\w)(?:xếp|đứng|hạng|vị trí|thứ bậc|vươn lên|bảng xếp)(?!\w)")
_BRACKET_REACH = 300  # characters before "A (thứ 12)" in which a word of ranking stands
_AMONG = re.compile(r"\s+(?:cả\s+nước|toàn\s+quốc|trong\s+cả\s+nước|(?:toàn|khu)\s+(?:vùng|vực)|thế\s+giới|châu\s+á|đông\s+nam\s+á)(?!\w)")
_NO_RANK = re.compile(r"\s*(?:hằng|mỗi|trong\s+tuần|của\s+tháng|liên\s+tiếp|khóa|nhiệm\s+kỳ)(?!\w)")


@lru_cache(maxsize=1)
def _top() -> re.Pattern[str]:
    places = alternatives(load_words("units")["places"])
    return re.compile(
        rf"(?<!\w)(?P<word>top|tốp|nhóm)\s+(?P<n>\d{{1,3}}(?:\.\d{{3}})?)(?![.,/-]?\d)(?:\s+(?P<unit>{places})(?!\w))?"
        r"(?P<lead>\s+(?:dẫn đầu|đứng đầu|cao nhất|tốt nhất))?"
    )


# "tại vị trí 2 căn nhà": the number counts what follows
_COUNTS_ON = re.compile(
    r"\s+(?!(?:trong|trên|toàn|cả|về|ở|tại|và|của|so|khu|cấp|với|năm|sau|lên|xuống|theo|thuộc|tỉnh|thành|quốc|thế\s+giới|châu|asean|đông\s+nam|là|gồm|còn|nhưng|được|như)(?!\w))[^\W\d_]"
)


def find_ranks(starts: Starts, mask: bytearray) -> list[Rank]:
    """Ranks and top-N bounds in order of kind. mask: places whose digits are no figures."""
    low = starts.low
    found: list[Rank] = []
    for match in match_at(_top(), low, starts.of_any("top", "tốp", "nhóm")):
        if mask[match.start("n")] or (match["word"] == "nhóm" and not match["unit"] and not match["lead"]):
            continue
        end = match.end("unit") if match["unit"] else match.end("n")
        found.append(
            (match.start("n"), end, match.start("n"), float(match["n"].replace(".", "")), None, match["unit"] or "địa phương", True)
        )
    for pattern, places in (
        (_NUMBERED, starts.of_any("vị", "thứ", "hạng")),
        (_WORDED, starts.of("thứ")),
        (_PLACED, starts.of_any("xếp", "đứng")),
    ):
        for match in match_at(pattern, low, places):
            if mask[match.start("n")] or not _is_rank(low, match):
                continue
            value = float(match["n"]) if match["n"].isdigit() else float(_WORDS[match["n"]])
            found.append((match.start(), match.end(), match.start("n"), value, _base(match), "hạng", False))
            found += _list_on(low, match.end(), mask) if not match["of"] else ()
            if moved := _MOVED.match(low, match.end()):
                found.append((moved.start("n"), moved.end("n"), moved.start("n"), float(moved["n"]), None, "hạng", False))
    widest = {rank[2]: rank for rank in sorted(found, key=lambda rank: rank[1] - rank[0])}  # one number, one rank
    real = [rank for rank in found if widest[rank[2]] is rank]
    return [rank for rank in real if not (rank[6] and any(o[0] < rank[0] and rank[2] < o[1] for o in real if o is not rank))]


def _base(match: re.Match[str]) -> float | None:
    return float(match["of"].replace(".", "")) if match["of"] else None


def _list_on(low: str, end: int, mask: bytearray) -> Iterator[Rank]:
    """The further ranks of a list that one opens: "thứ 5, 6 và 7"."""
    while (match := _LISTED.match(low, end)) and not mask[match.start("n")]:
        yield match.start("n"), match.end(), match.start("n"), float(match["n"]), _base(match), "hạng", False
        end = match.end()


def _is_rank(low: str, match: re.Match[str]) -> bool:
    """Not "lần thứ 4", "kỳ họp thứ 2", "thứ 7 hằng tuần", "bệnh viện hạng 1", "thứ hai là …"."""
    if _NO_RANK.match(low, match.end()):
        return False
    head = low[max(0, match.start() - 40) : match.start()]
    worded = not match["n"].isdigit()
    if head.endswith("(") and low[match.end() : match.end() + 1] == ")" and _RANKING.search(low, max(0, match.start() - _BRACKET_REACH)):
        return True
    if match["of"]:
        return True
    if match.group().startswith("vị") and _COUNTS_ON.match(low, match.end()):
        return False
    if match.group().startswith("thứ") and _AMONG.match(low, match.end()):
        return True
    if not worded and re.match(r"vị\s+trí\s+(?:thứ|số)", match.group()):
        return True
    if not worded and _AFTER_ANOTHER.search(head):
        return True
    if worded or match.group().startswith("thứ"):
        return bool(_GOOD_BEFORE.search(head)) and bool(_RANKING.search(head))
    return bool(_GOOD_BEFORE.search(head) or _RANKING.search(head))
