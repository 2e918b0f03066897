"""Values of a day before, told for comparison: "tăng từ 62%", "năm trước là 12", "cách đây 3 năm mới có 4"."""

from __future__ import annotations

import re
from functools import lru_cache

from r57monitor.figures.quantity import Quantity
from r57monitor.figures.words import alternatives, load_words
from r57monitor.text.guarded import Guarded, GuardedAny

_NEXT_NUMBER = r"(?:\s+(?:mức|hơn|gần|trên|khoảng|còn|tới|thứ|vị trí|hạng|dưới|ít nhất|tối thiểu)){0,3}\s+\d"
_TIMED = r"(?:[^,.;()\d]|(?:19|20)\d\d|\d{1,2}[/-]\d{1,2}(?:[/-]\d{4})?|(?<=tháng )\d{1,2})"  # letters and dates
_ROSE_TO = re.compile(
    rf"^(?:\s*\([^()]{{1,24}}\))?(?:[^,.;()\d]{{0,30}}?\sto\s+\d|{_TIMED}{{0,45}}?\s*(?:lên|xuống|tăng|giảm|còn|thành|(?<=\s)(?:đến|tới)(?!\s+(?:năm|nay|hết|cuối|đầu|tháng|ngày|quý)(?!\w)))(?:\s+(?:lên|xuống|còn|tới|đến|mức))*{_NEXT_NUMBER})"
)
_FROM = Guarded(r"(?:^|[\s(])(?:from|từ)(?:\s+(?:mức|khoảng|hơn|gần|trên|dưới|vị trí|chưa đầy|chưa đến|chỉ|thứ|hạng))*\s*$")
# "rose to 96.4 percent, from 88 percent": nothing but the comma between two numbers
_DOWN_TO = re.compile(r",?\s(?:from|từ (?:mức|con số))(?:\s(?:about|around|only|just|nearly|over|khoảng|hơn|gần|chỉ))*\s")
_THAN = Guarded(r"hơn(?:\s+so\s+với)?\s+(?:mức|con số|tỷ lệ)\s*$")
_THEN = re.compile(r"^\s*(?:của|hồi|lúc|cách đây|vào|trong|ở)?\s*(?:\S+\s+){0,2}?(?:năm|tháng|quý|tuần|cùng kỳ|kỳ trước|ngày đầu)(?!\w)")
_AGO = Guarded(
    r"(?:^|[\s(])cách (?:đây|nay) (?:[^\s,;.()]+ ){1,3}(?:năm|tháng|tuần|quý)(?: trước)?,? (?:(?!đến |tới |lên |nay )[^,;.()\d]){0,50}$"
)
_BEFORE_THAT = Guarded(
    r"(?:^|[.;]\s|\n)trước đó,?\s+(?:vào\s+|hồi\s+)?(?:cuối\s+|đầu\s+|giữa\s+)?(?:năm|quý|tháng)\s(?:[^.;,()\d]|20\d\d,?){0,60}$"
)
_ONCE = Guarded(r"(?:^|[.;(“\"]\s|[\n(“\"]|-\s)(?:trước đây|trước kia|thuở trước)(?!\w)(?:(?!\s(?:nay|hiện)\s)[^.;(),\d]){0,50}$")
_YEAR_IN_BRACKET = re.compile(r"\((?:[^\s()\d]+\s){0,3}(?P<year>20\d\d),?\s(?:[^\s()\d]+\s){0,3}\Z")
_YEARS = re.compile(r"(?<![\d/.,-])20[12]\d(?!\d|[.,]\d)")
_YEAR_REACH = 600  # characters before a bracket in which a later year makes it one of the past


@lru_cache(maxsize=1)
def _patterns() -> tuple[GuardedAny, re.Pattern[str]]:
    previous = load_words("kinds")["previous"]
    fillers = alternatives(previous["fillers"])
    told = rf"(?:\s+(?:năm\s+)?(?:19|20)\d\d)?(?:\s*\(?\s*{fillers}(?!\w)|\s*:){{1,4}}\s*$"
    before = "|".join(re.escape(words).replace(r"\ ", " ") for words in sorted(previous["before"], key=len, reverse=True))
    earlier = (  # one by one, so that each has its own words to be looked for
        Guarded(rf"(?:^|[\s(,;:])(?:{before}){told}"),
        Guarded(rf"(?:^|[\s(,])hồi (?:cuối |đầu |giữa )?(?:tháng|năm|quý)[^,.;()]{{0,14}}?{told}"),
        Guarded(rf"(?:^|[\s(,])(?:tuần|tháng|năm|quý|kỳ|ngày|lần|đợt|vụ|công bố)(?: [^\s,;.\d]+){{0,2}} trước{told}"),
        Guarded(rf"(?:^|[\s(,])cuối năm (?:ngoái|trước){told}"),
        Guarded(r"(?<!so với )cùng kỳ[^,.;\d]{0,40}?(?:\(|(?:là|đạt|được|có|chỉ|mới|ở mức))\s*$"),
        Guarded(
            r"(?:thay vì|thay cho|so với|trước đó|cùng kỳ|compared (?:with|to)|up from|down from|against)"
            r"(?:\s+(?:mức|là|con số|tỷ lệ|của|khoảng|hơn|gần|trên))*\s*$"
        ),
        Guarded(r"so với (?:năm|cùng kỳ|quý|tháng)[^,.;()]{0,20}\(\s*$"),
        Guarded(r"trước đó,?(?:\s+[^\s,;.\d]+){0,4}\s+(?:là|đạt|có|ở mức)\s*$"),
    )
    then = re.compile(rf"^(?:\s+\S+){{0,3}}?\s+{alternatives(previous['then'])}(?!\w)")
    return GuardedAny(earlier), then


def rose_from(head: str, tail: str) -> bool:
    """Whether a number is where a rise or a fall begins: "từ 62% lên 71%". head, tail: what stands before and after it."""
    return bool(_FROM.search(head)) and bool(_ROSE_TO.match(tail))


def is_previous(head: str, tail: str, *, has_earlier: bool) -> bool:
    """Whether the words around a number say that it is an earlier value. has_earlier: another number stands before it."""
    earlier, then = _patterns()
    if earlier.search(head) or (_THAN.search(head) and _THEN.search(tail)):
        return True
    return has_earlier and (_DOWN_TO.fullmatch(head) is not None or (bool(_FROM.search(head)) and bool(then.match(tail))))


def is_ago(low: str, q: Quantity) -> bool:
    """ "Cách đây 3 năm, cả tỉnh mới có 12 trạm": the value of a day long past."""
    head = low[max(0, q.start - 110) : q.start]
    return (
        _AGO.search(head) is not None
        or _BEFORE_THAT.search(head) is not None
        or _ONCE.search(head) is not None
        or _is_bracketed_past(low, q)
    )


def _is_bracketed_past(low: str, q: Quantity) -> bool:
    """ "PII 2024 … hạng 4 (PII 2023 xếp hạng 7)": in brackets, of a year before one told of."""
    opened = _YEAR_IN_BRACKET.search(low, max(0, q.start - 40), q.start)
    if opened is None:
        return False
    return any(int(year) > int(opened["year"]) for year in _YEARS.findall(low, max(0, opened.start() - _YEAR_REACH), opened.start()))
