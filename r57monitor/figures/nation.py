"""The words that make a figure the nation's."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.figures.words import alternatives, load_words
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span

CENTRAL = Guarded(
    r"(?<!\w)(?:chính phủ|thủ tướng|quốc hội|bộ chính trị|trung ương|nghị quyết (?:số )?57|"
    r"politburo|prime minister|our country|resolution (?:no\.? ?)?57|"
    r"bộ (?:khoa học|công an|nội vụ|tài chính|y tế))(?!\w)"
)
NATION_WORDS = Guarded(
    r"(?<!\w)(?:cả nước|toàn quốc|việt nam|nước ta|quốc gia|bộ (?:khoa học|công an|nội vụ|tài chính|y tế|thông tin|kh&cn|tt&tt)|chính phủ|"
    r"thủ tướng|trung ương|vietnam|viet nam|the politburo|the government|the country)(?!\w)"
)
_OPENS = re.compile(r"(?:^|\n|[.,;:(“\"]\s?|\d,?\s|để\s|đưa\s)\Z")
_OPENS_IN_ENGLISH = re.compile(r"(?:^|\n|[.,;]\s)\Z")
_NOT_GOVERNING = re.compile(r"(?<!quản lý )(?<!cơ quan )\Z")  # "quản lý nhà nước" is no State that acts
_OPENING = 14  # characters before a name in which such an opening stands
_BODIES = (
    "chính phủ",
    "bộ chính trị",
    "quốc hội",
    "trung ương",
    "bộ khoa học và công nghệ",
    "bộ công an",
    "bộ nội vụ",
    "bộ tài chính",
    "bộ y tế",
)
# The nation as the one that acts or sets goals, in an article about a province too: its names, what must stand before them (None:
# anything but a letter), and what follows them.
_ACTS = (
    (
        ("nghị quyết",),
        re.compile(r"(?:(?<=\W)|\A)(?<!thực hiện )(?<!triển khai )(?<!cụ thể hóa )\Z"),
        re.compile(r"\s(?:số )?57(?:-nq/tw)?[^.;,]{0,40}?\s(?:đặt|đề ra|xác định|nêu|đưa ra|hướng tới|yêu cầu)(?!\w)"),
    ),
    (_BODIES, None, re.compile(r"\s(?:đặt|đề ra|xác định|phấn đấu|giao các|yêu cầu các)(?!\w)")),
    (
        ("central steering committee",),
        None,
        re.compile(
            r"(?:'s plan|\s(?:for|on)\s[^.;]{0,120}?)?\s(?:(?:has|had|have|also|then)\s)*"
            r"(?:assign|set|requir|ask|request|issu|allocat|defin|gave|list|put|call|record|report|met|has\s)"
        ),
    ),
    (("the resolution",), None, re.compile(r"\s+(?:requires|sets|calls|aims)(?!\w)")),
    (
        ("việt nam", "nước ta"),
        _OPENS,
        re.compile(r"\s+(?:xếp|đứng|có|đạt|thuộc|nằm|phấn đấu|trở thành|lọt|tăng|hiện|đã|cần|sẽ|vào)(?!\w)"),
    ),
    (("vietnam", "viet nam"), _OPENS_IN_ENGLISH, re.compile(r"(?:'s)?\s+(?:ranks|ranked|has|is)(?!\w)")),
    (("national public service portal",), None, re.compile(r"\s+(?:has\s+)?(?:received|receives|recorded|processed|handled)(?!\w)")),
    (
        ("cổng dịch vụ công quốc gia",),
        None,
        re.compile(r"\s+(?:hiện\s+)?(?:đã\s+)?(?:tiếp nhận|ghi nhận|xử lý)(?:\s+(?:hơn|gần|trên|khoảng))?\s+\d"),
    ),
    (("nhà nước",), _NOT_GOVERNING, re.compile(r"\s(?:dự kiến|sẽ|đã)\s(?:dành|chi|bố trí)(?!\w)")),
)
_IN_GDP = Guarded(r"(?:trong|vào|trên) GDP [^.;,()\d]{0,30}\d")
_GDP = Guarded(r"(?<!\w)gdp(?!\w)")


_AFTER_ORDINAL = Guarded(r"\d(?:st|nd|rd|th)\s+$")
# "xếp hạng 25/63 tỉnh, thành phố cả nước, tăng 1 hạng": among whom it stands
_RANKED_AMONG = re.compile(
    r"(?:hạng|thứ|vị trí)\s\d+(?:/|\strên\s|\strong\s)\d+\s(?:tỉnh|địa phương)(?:,?\sthành(?:\sphố)?)?\s(?:trong\s|trên\s)?$"
)
_GIVES_TO = Guarded(r"đóng góp[^,;.()]{0,60}$|một trong[^,;.()]{0,60}\scủa\s$")
_OF_AVERAGE = r"(?:bình quân|trung bình|mặt bằng)\s+(?:chung\s+)?(?:của\s+)?(?:\S+\s+)?$"
_AVERAGE = Guarded(_OF_AVERAGE)
_EXCEEDS = Guarded(rf"(?:hơn|vượt|kém)\s+(?:mức\s+|mặt\s+)?{_OF_AVERAGE}")
_LEVEL_FOLLOWS = re.compile(r"\s*(?:\(|:|(?:là|đạt|khoảng|ở mức|chỉ|hiện|cũng|mới|hơn|gần|trên)(?!\w)|\s)*")
_FOR = re.compile(r"(?:^|\s)(?:cho|của|đối với|chung)\s\Z")
_IN_PLACES = re.compile(r"(?:^|\s)(?:tại|ở|đến|tới|khắp|về|xuống)\s+(?:tất cả\s+)?\Z")
_PART_OF = re.compile(r"\s*(?:số\s+\S+\s+)?(?:của|so với|trong)\s+")
# a ministry, or all of them, as the one that reached something
_MINISTRY = Guarded(
    r"(?:(?<!\w)[Kk]hối (?:các )?bộ, ngành|\d+ bộ, ngành|(?:^|[.,;:–-]\s|\n|khi |đó )(?:các\s)?Bộ [A-ZĐ][^.;()\d]{2,45}?\s"
    r"(?:dẫn đầu|đứng đầu|đạt|đứng thứ|xếp thứ|đã hoàn thành|hoàn thành)(?!\w))"
)
_AS_PLACE = re.compile(r"(?:tại|ở|trên)\s+\Z")
_MARK = re.compile(r"[,;.]")
_ADVERBS = frozenset({"nationwide", "across the country", "trong cả nước", "trên toàn quốc"})  # after what they are said of
_AVERAGES = frozenset({"national average", "nationwide average", "country's average"})  # before the number that they are
_STOPPED = re.compile(r"[;.]\s")
_GDP_REACH = 300  # characters before "% GDP" in which a text says whose it is


def find_nation(reading: Reading, q: Quantity, sentence: Span, *, has_subjects: bool) -> int | None:
    """Where a sentence says that a number is the nation's; None where it does not. has_subjects: the text is about provinces."""
    strong, not_after = _nation_words()
    is_ranked = q.form in ("rank", "place") or q.at_most
    if is_ranked:
        strong = frozenset({"việt nam", "nước ta"})
    best = None
    if not is_ranked:
        best = _last_act(reading.low, sentence.start, q.start)
        head = reading.text[sentence.start : q.end + 10]
        if "Bộ " in head or "bộ, ngành" in head:
            own = [m.start() for m in _MINISTRY.finditer(head) if m.start() <= q.start - sentence.start]
            best = max(best or 0, sentence.start + max(own)) if own else best
        if (
            q.form == "share"
            and (_GDP.search(reading.low[q.start : q.end]) or _IN_GDP.search(head))
            and _is_about_gdp(reading, q, has_subjects)
        ):
            best = max(best or 0, sentence.start)
    first = bisect_left(reading.cues.national, (sentence.start,))
    for start, end, word in reading.cues.national[first : bisect_left(reading.cues.national, (sentence.end,))]:
        if start > q.start and start - q.end > 40 and not _FOR.search(reading.low, q.end, start):
            continue
        if not _is_open_bracket(reading.low, start, q, sentence):
            continue
        head = reading.low[max(sentence.start, start - 32) : start]
        if q.form == "share" and start >= q.end and _PART_OF.fullmatch(reading.low, q.end, start):
            continue  # "bằng 41% của cả nước": the province's part
        if word in _AVERAGES and start >= q.end:
            continue  # "91%, above the national average"
        if (word in _ADVERBS or word in _AVERAGES) and end <= q.start and _STOPPED.search(reading.low, end, q.start):
            continue  # "15 experts nationwide; a list of 13 problems"
        if _GIVES_TO.search(reading.low[max(sentence.start, start - 90) : start]):
            continue
        if not is_ranked and _AFTER_ORDINAL.search(head):
            continue  # "ranked 6th nationwide … with 49.2 points": among whom it stands
        if is_ranked and reading.low.startswith(" (", end):
            continue  # "chỉ số ứng dụng công nghệ Việt Nam (ICT Index) xếp thứ 5": an index' name
        if is_ranked and _AS_PLACE.search(head):
            continue  # "một trong những nơi tăng nhanh nhất tại Việt Nam, … đứng thứ 7": where, not whose
        is_average = _AVERAGE.search(head) is not None
        if is_average and start >= q.end:
            continue  # "đạt 60% và thấp hơn trung bình cả nước"
        own_level = is_average and _LEVEL_FOLLOWS.fullmatch(reading.low, end, q.start)
        if (not_after.search(head) and not own_level) or _RANKED_AMONG.search(reading.low[max(sentence.start, start - 60) : start]):
            continue
        if own_level and _EXCEEDS.search(head) and not reading.low[end : q.start].strip():
            continue  # "cao hơn bình quân cả nước 5 điểm": by how much, which is the province's
        if word == "các địa phương" and has_subjects and _IN_PLACES.search(head):
            continue  # "tổ công nghệ tại các địa phương": the province's own
        if word not in strong and (has_subjects or is_ranked):
            continue
        if end <= q.start or (word in ("cả nước", "toàn quốc") and not _MARK.search(reading.low, q.end, start)):
            best = start
    return best


@lru_cache(maxsize=2)  # asked of each number of a text
def _names_that_act(low: str) -> frozenset[str]:
    """Of the names of the nation as the one that acts, those that a text holds."""
    return frozenset(name for names, _, _ in _ACTS for name in names if name in low)


def _last_act(low: str, start: int, end: int) -> int | None:
    """Where the nation is last said to act between two places of a text: the opening of its clause, or its name."""
    best = None
    told = _names_that_act(low)
    for names, opens, follows in _ACTS if told else ():
        for name in names:
            if name not in told:
                continue
            at = low.rfind(name, start, end)
            while at >= 0:
                if (begin := _opens_at(low, at, start, opens)) is not None and follows.match(low, at + len(name), end):
                    best = begin if best is None else max(best, begin)
                    break
                at = low.rfind(name, start, at)
    return best


def _opens_at(low: str, at: int, start: int, opens: re.Pattern[str] | None) -> int | None:
    """Where the opening before a name begins; None where something else stands before it."""
    if opens is None:
        before = low[at - 1 : at]
        return None if at > start and (before.isalnum() or before == "_") else at
    opening = opens.search(low[max(start, at - _OPENING) : at])
    return at - len(opening.group()) if opening else None


def _is_about_gdp(reading: Reading, q: Quantity, has_subjects: bool) -> bool:
    """Whether "% GDP" is the nation's; of the digital economy, and where nothing near it is of the nation, the province's is meant."""
    near = reading.low[max(0, q.start - _GDP_REACH) : q.end + 60]
    is_told = NATION_WORDS.search(near) or CENTRAL.search(near)
    return not has_subjects or is_told is not None or "kinh tế số" not in near


def _is_open_bracket(low: str, start: int, q: Quantity, sentence: Span) -> bool:
    """Whether no bracket parts a word and a number: "(bình quân toàn quốc 62%)" is about what is in it."""
    inside, own = (low[sentence.start : place].count("(") - low[sentence.start : place].count(")") for place in (start, q.start))
    return inside <= 0 or (own > 0 and ")" not in low[min(start, q.start) : max(start, q.start)])


@lru_cache(maxsize=1)
def _nation_words() -> tuple[frozenset[str], re.Pattern[str]]:
    data = load_words("kinds")["national"]
    return frozenset(data["strong"]), re.compile(rf"{alternatives(data['not_after'])}\s+(?:\S+\s+)?$")
