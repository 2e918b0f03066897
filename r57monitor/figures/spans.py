"""Candidate quantities of a text, and what is no figure: dates, document numbers, labels, list marks, counters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from r57monitor.figures.ranks import find_ranks
from r57monitor.figures.units import Form, Unit, is_known_noun, is_listed_noun, parse_unit
from r57monitor.figures.words import alternatives, load_words
from r57monitor.text.dates import DateMention
from r57monitor.text.numbers import MAGNITUDE, MAGNITUDES, TOKEN, Number, find_numbers, parse_digits, scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit words, not yet bound to a metric. start, end: the mention; `number_end`: end of the digits and their base."""

    start: int
    end: int
    number_start: int
    number_end: int
    value: float
    value_max: float | None = None
    of: float | None = None
    form: Form
    unit: str
    noun: str = ""
    is_points: bool = False
    at_most: bool = False  # "top 10", "nhóm 5 tỉnh"


@lru_cache(maxsize=1)
def _refusals() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Everything whose digits are no figure, whatever stands around it, with where it can begin (see _Starts)."""
    counters = alternatives(load_words("units")["counters"])
    return (
        (
            "site",
            re.compile(
                r"https?://\S{1,400}|www\.\S{1,400}|(?<![\w.-])[\w.-]{1,60}@[\w-]{1,60}\.\w{2,}|"
                r"(?<![\w-])[\w-]{1,60}(?:\.[\w-]{1,60}){0,4}\.(?:vn|com|net|org|gov|edu)(?!\w)\S{0,400}"
            ),
        ),
        # document numbers: 57-NQ/TW, 146/KH-UBND, 193/2025/QH15, 144/CTHĐ-TU, 02-KH/BCĐTW
        ("digits", re.compile(r"(?<![\d.,])\d{1,5}\s?[/-]\s?(?:\d{4}\s?/\s?)?[a-zđ][a-zđ&]{0,9}(?:\s?[/-]\s?[a-zđ&]{1,10}\d{0,2})+(?!\w)")),
        (
            "digits",
            re.compile(
                r"(?<![\d.,])\d{1,5}\s?/\s?(?:19|20)\d\d\s?/\s?[a-zđ][\wđ-]*"
                r"|(?<![\d.,])\d{1,4}\s?/\s?(?:nq|qđ|kh|ct|ctr|nđ|tt|bc|tb|cv|kl)(?!\w)"
            ),
        ),
        (
            "mark",
            re.compile(r"(?<!\d)(?:0\d{2,3}|\(0\d{2,3}\)|\+84)[ .-]?\d{3}[ .-]?\d{3,4}(?!\d)|(?<!\d)1[89]00[ .]?\d{3,6}(?!\d)"),
        ),  # telephones
        # times of day
        ("digits", re.compile(r"(?<![\d,.])(?:[01]?\d|2[0-4])\s?(?::|h|giờ)\s?(?:[0-5]\d)?(?:\s?(?:phút|'))?(?![\w%,]|\.\d)")),
        ("code", re.compile(r"(?<!\w)(?:[2-6]g|24/7|24/24h?|[a-z]+\d[\w.-]*|\d+[a-z]+\d\w*)(?!\w)")),  # 5G, 24/7, QL1A, m2
        ("digits", re.compile(r"(?<![\d,.%])[1-9]\.0(?![\d%]|,\d)(?!\s?%)")),  # 4.0, 2.0
        # list marks at the start of a line
        ("all", re.compile(r"(?m)^[\s|]*[-+•*]?\s*\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}[.)/]|\d{1,2}\s?-)(?=\s)")),
        ("mark", re.compile(r"[\[(]\d{1,2}[\])](?!\s?%)|(?<=[:;,.]\s)\d[).](?=\s)")),  # footnotes, "(1)"
        ("counter", re.compile(rf"(?<!\w){counters}\s*[:(]?\s*(?<=[:(\s])\d[\d.,]*(?=\s*(?:$|[)|\n•-]))", re.MULTILINE)),
        ("counter", re.compile(rf"(?<!\w){counters}\s*:\s*\d[\d.,]*")),
        ("digits", re.compile(r"(?<!\w)\d{1,2}\s?(?:x|×|\*)\s?\d{1,4}(?!\w)|(?<!\d)\d{1,3}\s?[°º]")),
        ("trên", re.compile(r"(?<!\w)trên\s+(?:mỗi\s+)?(?:10\.000|1\.000|100\.000|1 triệu|1 vạn)\s+(?:dân|người)")),
        ("từ", re.compile(r"(?<!\w)từ\s+(?:đủ\s+)?\d{1,2}\s+(?:đến\s+\d{1,2}\s+)?tuổi")),
    )


_DIGITS = re.compile(r"\d+")
_SITE_SIGNS = ("http", "www.", "@", ".vn", ".com", ".net", ".org", ".gov", ".edu")
_COUNTER_WINDOW = 24


@lru_cache(maxsize=1)
def _counter_ends() -> tuple[str, ...]:
    return tuple({words.split()[-1] for words in load_words("units")["counters"]})


class _Starts:
    """Where what is no figure can begin in a text: trying every pattern at every letter takes ten times as long."""

    def __init__(self, low: str) -> None:
        self._low = low
        self._digits = [match.start() for match in _DIGITS.finditer(low)]

    def matches(self, where: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """All matches of a pattern that begins at digits, at a mark before digits, at letters before digits, or at a word."""
        if (
            where == "all"
            or (where == "site" and any(sign in self._low for sign in _SITE_SIGNS))
            or (where == "counter" and self._counts())
        ):
            yield from pattern.finditer(self._low)
        if where in ("all", "site", "counter"):
            return
        done = 0
        for place in self._places(where):
            match = pattern.match(self._low, place) if place >= done else None
            if match:
                done = match.end()
                yield match

    def _counts(self) -> bool:
        heads = (self._low[max(0, place - _COUNTER_WINDOW) : place] for place in self._digits)
        return any(head.rstrip().rstrip(":(").rstrip().endswith(_counter_ends()) for head in heads)

    def _places(self, where: str) -> Iterator[int]:
        if where not in ("digits", "mark", "code"):
            yield from (match.start() for match in re.finditer(where, self._low))
            return
        for place in self._digits:
            if where == "mark" and place:
                yield place - 1
            elif where == "code":
                start = place
                while start and "a" <= self._low[start - 1] <= "z":
                    start -= 1
                if start < place:
                    yield start
            yield place


@lru_cache(maxsize=1)
def _named() -> re.Pattern[str]:
    """Words right before a number that make it a name; "tổng số 12" and "là số 12" are none."""
    data = load_words("units")
    return re.compile(rf"(?:^|(?<=[\s(\"“,/-])){alternatives(data['named'])}\s+(?:số\s+)?$")


_TOTAL = re.compile(r"(?:tổng|trong|con|một|bằng|trên|đa|phần|toàn bộ)\s+số\s+$|(?:danh|hạng|chuyên|đầu)\s+mục\s+$")
_GLUED_UNITS = re.compile(r"(?:%|đ(?!\w)|km|ha|kg|m2|m²|mw|gb|tb|gbps|mbps|tỷ|triệu|usd|vnđ|vnd|kv|kwh|m(?!\w)|nghìn|ngàn)")
_VERBS_TOO = frozenset({"lớp", "bài", "trang", "cấp", "mục", "mã", "tập", "lô", "mẫu", "kỳ", "phòng", "ảnh"})
_LETTER = re.compile(r"[^\W\d_]")
_OF = re.compile(rf"\s?/\s?(?:tổng\s+số\s+|tổng\s+|số\s+)?(?P<of>{TOKEN})")
_OUT_OF = re.compile(rf"\s+(?:trên|trong|/)\s*(?:tổng\s+số|tổng|số)\s+(?P<of>{TOKEN})")
_SAME_NOUN = re.compile(rf"\s+(?:trên|trong)\s+(?P<of>{TOKEN})\s+")
_RANGE = re.compile(rf"\s?(?P<first>%)?\s?(?P<sep>-|–|—|đến|tới)\s?(?P<top>{TOKEN})(?:\s?(?P<magnitude>{MAGNITUDE}))?")
_MOVED = re.compile(
    r"(?:tăng|giảm|nâng|kéo|đưa|hạ|rút|cải thiện|lên|xuống|chuyển)(?:\s+\S+){0,3}\s+từ\s+(?:khoảng\s+|hơn\s+|gần\s+|trên\s+|dưới\s+)?$"
)
_TIME_CUT = re.compile(r"(?:giảm|xuống|còn|rút ngắn|rút|bớt)(?:\s+(?:còn|từ|được|khoảng|tối đa|ít nhất|trung bình|bình quân))*\s*$")
_INTRODUCED = re.compile(
    r"(?:(?<!\w)(?:là|đạt|gồm|có|còn|bằng|mức|lên|tới|:)|\(|lần lượt là|được)\s*(?:khoảng\s+|hơn\s+|gần\s+|trên\s+|dưới\s+)?$|[:(|]\s*$"
)
_SCORED = re.compile(r"(?<!\w)(?:chỉ số|điểm|hệ số|hdi|dti|pii|pci|gini|giá trị|số điểm|chỉ tiêu|thang)(?!\w)")
_COUNTED_BEFORE = re.compile(r"(?<!\w)(?:tổng số|số lượng|số|lượng)\s+(?=[^\W\d_])")


def find_quantities(
    low: str,
    dates: Sequence[DateMention],
    documents: Sequence[tuple[int, int]],
    *,
    english: bool = False,
    lone: Mapping[int, tuple[Unit, float]] = MappingProxyType({}),
) -> list[Quantity]:
    """Candidate quantities in order, without overlap.

    low: the text in small letters (words.lower_text). documents: spans of document numbers, which hold no figures.
    lone: units and magnitudes of numbers that stand alone in a table's cell, by where they start.
    """
    mask = _mask(low, dates, documents)
    found = [_from_rank(r) for r in find_ranks(low, mask) if "\n" not in low[r[0] : r[1]]]
    for quantity in found:
        mask[quantity.start : quantity.end] = b"\1" * (quantity.end - quantity.start)
    for number in find_numbers(low, english=english):
        if any(mask[number.start : number.digits_end]) or not _stands_free(low, number):
            continue
        given = lone.get(number.start)
        read = _read(low, number, english, found) if given is None else _read_lone(low, number, *given, english)
        if read is not None and "\n" not in low[read.start : read.end]:
            found.append(read)
            mask[read.start : read.end] = b"\1" * (read.end - read.start)
    found.sort(key=lambda q: q.start)
    return found


def _mask(low: str, dates: Sequence[DateMention], documents: Sequence[tuple[int, int]]) -> bytearray:
    mask = bytearray(len(low))
    for mention in dates:
        mask[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    for start, end in documents:
        mask[start:end] = b"\1" * (end - start)
    starts = _Starts(low)
    for where, pattern in _refusals():
        for match in starts.matches(where, pattern):
            mask[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return mask


def _from_rank(rank: tuple[int, int, int, float, float | None, str, bool]) -> Quantity:
    start, end, number_start, value, of, unit, at_most = rank
    form: Form = "count" if at_most else "rank"
    return Quantity(
        start=start, end=end, number_start=number_start, number_end=end, value=value, of=of, form=form, unit=unit,
        noun=unit if at_most else "", at_most=at_most,
    )  # fmt: skip


def _stands_free(low: str, number: Number) -> bool:
    """Not part of a word, a name, a longer code or a decimal that was cut."""
    before = low[number.start - 1] if number.start else " "
    if before in "/_#@^" or _LETTER.match(before) or (before == "-" and number.start > 1 and not low[number.start - 2].isspace()):
        return False
    after = low[number.digits_end : number.digits_end + 6]
    if after and _LETTER.match(after) and not _GLUED_UNITS.match(after):
        return False
    if re.match(r"[.,/-]?\d", after) and not after.startswith(("/", "-")):
        return False
    return not (re.match(r"-[^\W\d_]", after))


def _read(low: str, number: Number, english: bool, found: Sequence[Quantity]) -> Quantity | None:
    value, position, value_max, of = number.value, number.end, None, None
    magnitude = number.magnitude
    if number.magnitude == 1.0 and (match := _OF.match(low, position)):
        of = parse_digits(match["of"], english=english)
        position = match.end()
        if of is None:
            return None
    elif spread := _spread(low, number, english):
        value, value_max, position, magnitude = spread
    unit = parse_unit(low, position, magnitude)
    if unit is None or _is_name(low, number, unit, of):
        return None
    end = unit.end
    if of is None and value_max is None and unit.form in ("count", "bare", "share"):
        of, end = _out_of(low, unit, english)
    if unit.form in ("count", "bare") and of is not None and not unit.noun and end > unit.end:
        unit = parse_unit(low, end) or unit
        end = max(end, unit.end)
    return _judge(low, number, found, Quantity(
        start=number.start, end=end, number_start=number.start, number_end=position, value=value, value_max=value_max, of=of,
        form=unit.form, unit=unit.unit, noun=unit.noun, is_points=unit.is_points,
    ))  # fmt: skip


def _read_lone(low: str, number: Number, unit: Unit, magnitude: float, english: bool) -> Quantity | None:
    """A number alone in its cell: what it counts stands in the head, the label or the unit column."""
    of, end = None, number.digits_end
    if match := _OF.match(low, end):
        of, end = parse_digits(match["of"], english=english), match.end()
    if _looks_like_year(low, number) and (unit.form == "bare" or not is_known_noun(unit.noun)) and unit.form not in ("share", "money"):
        return None
    quantity = Quantity(
        start=number.start, end=end, number_start=number.start, number_end=end, value=scale(number.value, magnitude), of=of,
        form=unit.form, unit=unit.unit, noun=unit.noun, is_points=unit.is_points,
    )  # fmt: skip
    if of in RANK_BASES and unit.form in ("bare", "rank"):
        return _replace(quantity, form="rank", unit="hạng")
    return quantity


def _spread(low: str, number: Number, english: bool) -> tuple[float, float, int, float] | None:
    """A range "8,3 - 8,5%", "từ 35 đến 40%": its ends, where it stops, its magnitude."""
    match = _RANGE.match(low, number.digits_end)
    if match is None:
        match = _RANGE.match(low, number.end)
    top = parse_digits(match["top"], english=english) if match else None
    if match is None or top is None:
        return None
    magnitude = MAGNITUDES.get(" ".join((match["magnitude"] or "").split()), 1.0)
    bottom = number.value if number.magnitude != 1.0 or magnitude == 1.0 else scale(number.value, magnitude)
    top = scale(top, magnitude)
    if top <= bottom or (match["sep"] in ("đến", "tới") and _MOVED.search(low[max(0, number.start - 50) : number.start])):
        return None
    unit = parse_unit(low, match.end(), magnitude)
    if unit is None or unit.form == "bare" or (match["first"] and unit.form != "share"):
        return None
    return bottom, top, match.end(), magnitude


def _out_of(low: str, unit: Unit, english: bool) -> tuple[float | None, int]:
    """ "36 trên tổng số 74", "36 nhiệm vụ trên 74 nhiệm vụ": the base and where it ends."""
    match = _OUT_OF.match(low, unit.end)
    if match is None and unit.noun and (same := _SAME_NOUN.match(low, unit.end)) and low.startswith(unit.noun, same.end()):
        match = same
    if match is None or unit.form == "share":
        return None, unit.end
    of = parse_digits(match["of"], english=english)
    end = match.end() + (len(unit.noun) if match.re is _SAME_NOUN else 0)
    return (of, end) if of is not None else (None, unit.end)


def _is_name(low: str, number: Number, unit: Unit, of: float | None) -> bool:
    """A number that only names something: "Nghị quyết 57", "Điều 5", "phường 3"."""
    if unit.form in ("share", "money", "ratio", "place", "measure") or number.magnitude != 1.0 or of is not None:
        return False
    head = low[max(0, number.start - 24) : number.start]
    match = _named().search(head)
    if match is None or _TOTAL.search(head):
        return False
    word = match.group().split()[0]
    # "cấp 2", "lớp 12" are names; "cấp 30 bộ máy", "lớp 150 học viên" are not
    return not (unit.form == "count" and word in _VERBS_TOO and (number.value > 12 or number.digits_end - number.start > 2))


def _judge(low: str, number: Number, found: Sequence[Quantity], quantity: Quantity) -> Quantity | None:
    """Whether a number of that form is a figure at all; bare numbers need words that introduce them."""
    head = low[max(0, number.start - 60) : number.start]
    if quantity.form == "measure" and quantity.noun == "time":
        return quantity if _TIME_CUT.search(head) else None
    if quantity.form == "ratio":
        return quantity if re.search(r"(?:gấp|tăng|giảm|hơn|bằng|tới|lên)\s+(?:\S+\s+)?$", head) else None
    if quantity.form == "share" and quantity.value > 1000:
        return None
    if quantity.of is not None and quantity.form == "bare":
        return _judge_fraction(low, quantity, head)
    if quantity.form == "count" and _looks_like_year(low, number) and not is_known_noun(quantity.noun):
        return None
    if quantity.form != "bare":
        return quantity
    return _judge_bare(low, number, quantity, head, found)


def _judge_fraction(low: str, quantity: Quantity, head: str) -> Quantity | None:
    of = quantity.of or 0.0
    if of in RANK_BASES and quantity.value <= of and quantity.value == int(quantity.value):
        return _replace(quantity, form="rank", unit="hạng")
    digits = low[quantity.start : quantity.number_end]
    looks_dated = re.fullmatch(r"\d{1,2}\s?/\s?\d{1,2}", digits) and quantity.value <= 31 and of <= 12
    if quantity.value > of or looks_dated or not _INTRODUCED.search(head):
        return None
    return quantity


_LISTED = re.compile(rf"(?:,\s*{TOKEN})*\s*(?:,|và|, và)\s*{TOKEN}")
_ROSE = re.compile(
    rf"\s+(?:lên|xuống|còn|tăng lên|giảm xuống|giảm còn|xuống còn|lên tới|lên đến)(?:\s+(?:còn|tới|đến|khoảng|hơn|gần))*\s+{TOKEN}"
)
RANK_BASES = frozenset({34.0, 63.0})  # provinces since July 2025, and before


def _judge_bare(low: str, number: Number, quantity: Quantity, head: str, found: Sequence[Quantity]) -> Quantity | None:
    sentence = re.split(r"[.;\n](?=\s|$)", head)[-1] if "|" not in head else head
    is_decimal = number.value != int(number.value)
    if is_decimal and (_SCORED.search(sentence) or _SCORED.search(low[number.end : number.end + 25])):
        return _replace(quantity, form="count", unit="điểm", noun="điểm")
    if _looks_like_year(low, number):
        return None
    if listed := _LISTED.match(low, number.end):
        unit = parse_unit(low, listed.end())
        if unit is not None and unit.form != "bare" and "lần lượt" in low[max(0, number.start - 160) : number.start]:
            return _replace(quantity, form=unit.form, unit=unit.unit, noun=unit.noun)
    if (rose := _ROSE.match(low, number.end)) and re.search(r"(?:^|\s)từ(?:\s+(?:mức|khoảng|hơn|gần|trên))?\s+$", head):
        unit = parse_unit(low, rose.end())
        if unit is not None and unit.form in ("count", "share", "money"):
            return _replace(quantity, form=unit.form, unit=unit.unit, noun=unit.noun)
    clause = re.split(r"[,()|](?=\s)", sentence)[-1]
    if (
        _INTRODUCED.search(head)
        and _COUNTED_BEFORE.search(clause)
        and re.match(r"\s*(?:[.,;()|\n]|$|so với|tăng|giảm|và|trong|vào|trước|nhưng|song)", low[number.end :])
    ):
        return quantity
    if not _BORDERED.match(low, number.end):
        return None
    return _counted_before(low, quantity, clause, found)


_BORDERED = re.compile(r"\s*(?:[.;)\n]|,\s|\Z|so với|tăng|giảm|nhưng|song)")
_STATED = re.compile(
    r"(?<!\w)(?:là|còn|có|đạt|chỉ|chỉ còn|hiện có|nay có|mới có|gồm|lên|xuống|:)\s*(?:khoảng\s+|hơn\s+|gần\s+|chỉ\s+|tới\s+)?$"
)
_IN_LIST = re.compile(r"\s*(?:,|và|, và)\s*")


def _counted_before(low: str, quantity: Quantity, clause: str, found: Sequence[Quantity]) -> Quantity | None:
    """A number whose noun stands before it: "hồ sơ trễ hạn còn 214", "cần 70 người, hiện có 29", "lần lượt là 322, 409"."""
    before = next((q for q in reversed(found) if q.end <= quantity.start), None)
    near = before is not None and not re.search(r"[.;\n|](?=\s|$)", low[before.end : quantity.start])
    if before is not None and near and before.form in ("count", "bare") and _IN_LIST.fullmatch(low, before.end, quantity.start):
        listed = re.search(r"lần lượt(?:\s+\S+){0,3}\s+(?:[\d.,]+(?:,| và)\s+)*$", low[max(0, quantity.start - 120) : quantity.start])
        return _replace(quantity, form=before.form, unit=before.unit, noun=before.noun) if listed else None
    if not _STATED.search(clause):
        return None
    opened = parse_unit(f" {clause.strip()}", 0)
    if opened is not None and opened.form == "count" and is_listed_noun(opened.noun) and clause.count(" ") <= 12 and "|" not in clause:
        return _replace(quantity, form="count", unit=opened.unit, noun=opened.noun)
    if before is not None and near and before.form == "count" and quantity.start - before.end < 90:
        return _replace(quantity, form="count", unit=before.unit, noun=before.noun)
    return None


def _looks_like_year(low: str, number: Number) -> bool:
    return number.magnitude == 1.0 and 1900 <= number.value <= 2100 and low[number.start : number.digits_end].isdigit()


def _replace(quantity: Quantity, *, form: Form, unit: str, noun: str = "") -> Quantity:
    return Quantity(
        start=quantity.start, end=quantity.end, number_start=quantity.number_start, number_end=quantity.number_end, value=quantity.value,
        value_max=quantity.value_max, of=quantity.of, form=form, unit=unit, noun=noun,
    )  # fmt: skip
