"""Candidate quantities of a text, and what is no figure: dates, document numbers, labels, list marks, counters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from r57monitor.figures.english import find_currency, find_english_ranks, match_whole, parse_english_unit
from r57monitor.figures.judging import RANK_BASES, judge, looks_like_year
from r57monitor.figures.quantity import Quantity, reshape
from r57monitor.figures.ranks import find_ranks
from r57monitor.figures.refusals import mask_refused
from r57monitor.figures.units import Form, Unit, is_known_noun, parse_unit
from r57monitor.figures.words import alternatives, load_words
from r57monitor.text.dates import DateMention
from r57monitor.text.guarded import Guarded
from r57monitor.text.numbers import MAGNITUDE, MAGNITUDES, TOKEN, Number, find_numbers, magnitude_at, parse_digits, scale
from r57monitor.text.starts import Starts


@lru_cache(maxsize=1)
def _named() -> Guarded:
    """Words right before a number that make it a name; "tổng số 12" and "là số 12" are none."""
    data = load_words("units")
    return Guarded(rf"(?:^|(?<=[\s(\"“,/-])){alternatives(data['named'])}\s+(?:số\s+)?$")


_TOTAL = Guarded(r"(?:tổng|điểm|trong|con|một|bằng|trên|đa|phần|toàn bộ)\s+số\s+$|(?:danh|hạng|chuyên|đầu)\s+mục\s+$")
_GLUED_UNITS = re.compile(r"(?:%|đ(?!\w)|km|ha|kg|m2|m²|mw|gb|tb|gbps|mbps|tỷ|triệu|usd|vnđ|vnd|kv|kwh|m(?!\w)|nghìn|ngàn)")
_VERBS_TOO = frozenset({"lớp", "bài", "trang", "cấp", "mục", "mã", "tập", "lô", "mẫu", "kỳ", "phòng", "ảnh", "hướng"})
_SHARES_MAGNITUDE = 3  # "38,7/96 tỷ đồng" is of billions both; of "1.200/1,5 triệu" the first is not
_DIGIT_FOLLOWS, _HYPHENED = re.compile(r"[.,/-]?\d"), re.compile(r"-[^\W\d_]")
_OF_GOAL = re.compile(r"%/")  # "đạt 91,2%/80%": reached, and the goal of it
_OF = re.compile(
    rf"(?:\s?/\s?|\s+(?:trên|trong)\s+(?=\d+\s+(?!tháng|năm|ngày|tuần|giờ|quý|phút)[^\W\d_]))(?:tổng\s+số\s+|tổng\s+|số\s+)?(?P<of>{TOKEN})"
)
_OUT_OF = re.compile(rf"\s+(?:trên|trong|/)\s*(?:tổng\s+số|tổng|số)\s+(?P<of>{TOKEN})")
_SAME_NOUN = re.compile(rf"\s+(?:trên|trong)\s+(?P<of>{TOKEN})\s+")
_RANGE = re.compile(rf"\s?(?P<first>%)?\s?(?P<sep>-|–|—|đến|tới)\s?(?P<top>{TOKEN})(?:\s?(?P<magnitude>{MAGNITUDE}))?")
_MOVED = Guarded(
    r"(?:tăng|giảm|nâng|kéo|đưa|hạ|rút|cải thiện|lên|xuống|chuyển)(?:\s+\S+){0,3}\s+từ\s+(?:khoảng\s+|hơn\s+|gần\s+|trên\s+|dưới\s+)?$"
)


def find_quantities(
    low: str,
    dates: Sequence[DateMention],
    documents: Sequence[tuple[int, int]],
    *,
    english: bool = False,
    lone: Mapping[int, tuple[Unit, float]] = MappingProxyType({}),
    starts: Starts | None = None,
) -> list[Quantity]:
    """Candidate quantities in order, without overlap.

    low: the text in small letters (words.lower_text). documents: spans of document numbers, which hold no figures.
    lone: units and magnitudes of numbers that stand alone in a table's cell, by where they start.
    starts: of the text, where they are at hand.
    """
    starts = starts or Starts(low)
    mask = mask_refused(starts, dates, documents)
    ranks = [*find_ranks(starts, mask), *(find_english_ranks(low, mask) if english else ())]
    found = [_from_rank(r) for r in ranks if "\n" not in low[r[0] : r[1]]]
    for quantity in found:
        mask[quantity.start : quantity.end] = b"\1" * (quantity.end - quantity.start)
    for number in find_numbers(low, english=english, starts=starts):
        if any(mask[number.start : number.digits_end]) or not _stands_free(low, number):
            continue
        given = lone.get(number.start)
        if given is not None:
            read = _read_lone(low, number, *given, english)
        else:
            read = _read_english(low, number, found) if english else _read(low, number, english, found)
        if read is not None and "\n" not in low[read.start : read.end]:
            found.append(read)
            mask[read.start : read.end] = b"\1" * (read.end - read.start)
    found.sort(key=lambda q: q.start)
    return found


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
    if before == "/" and _OF_GOAL.fullmatch(low, max(0, number.start - 2), number.start) and low.startswith("%", number.digits_end):
        return True
    is_tied = before in "/_#@^" or _is_letter(before) or (before == "-" and number.start > 1 and not low[number.start - 2].isspace())
    if is_tied and find_currency(low, number.start) is None:
        return False
    after = low[number.digits_end : number.digits_end + 6]
    if after[:1] in ("", " ", "%"):
        return True
    if _is_letter(after[0]) and not _GLUED_UNITS.match(after):
        return False
    if _DIGIT_FOLLOWS.match(after) and not after.startswith(("/", "-")):
        return False
    return not _HYPHENED.match(after)


def _is_letter(char: str) -> bool:
    return char.isalnum() and not char.isdecimal()


def _read(low: str, number: Number, english: bool, found: Sequence[Quantity]) -> Quantity | None:
    value, position, value_max, of = number.value, number.end, None, None
    magnitude = number.magnitude
    if number.magnitude == 1.0 and (match := _OF.match(low, position)):
        of = parse_digits(match["of"], english=english)
        position = match.end()
        if of is None or (number.value == 1 and "trong" in match.group()):  # "là 1 trong 20 địa phương"
            return None
        if "/" in match.group():
            magnitude, position = magnitude_at(low, position)
            value = scale(value, magnitude) if value <= _SHARES_MAGNITUDE * of else value
            of = scale(of, magnitude)
    elif spread := _spread(low, number, english):
        value, value_max, position, magnitude = spread
    unit = parse_unit(low, position, magnitude)
    if unit is None or _is_name(low, number, unit, of):
        return None
    if of is not None and unit.form == "bare" and (closed := parse_unit(low, position + 1)) and low[position : position + 2] == ") ":
        unit = closed._replace(end=position) if closed.form == "count" and is_known_noun(closed.noun) else unit
    end = unit.end
    if of is None and value_max is None and unit.form in ("count", "bare", "share"):
        of, end = _out_of(low, unit, english)
    if unit.form in ("count", "bare") and of is not None and not unit.noun and end > unit.end:
        unit = parse_unit(low, end) or unit
        end = max(end, unit.end)
    return judge(low, number, found, Quantity(
        start=number.start, end=end, number_start=number.start, number_end=position, value=value, value_max=value_max, of=of,
        form=unit.form, unit=unit.unit, noun=unit.noun, is_points=unit.is_points,
    ))  # fmt: skip


def _read_english(low: str, number: Number, found: Sequence[Quantity]) -> Quantity | None:
    """A number of an English page, with the currency before it or the whole and the noun after it."""
    if (currency := find_currency(low, number.start)) is not None:
        start, unit_name = currency
        return Quantity(
            start=start, end=number.end, number_start=number.start, number_end=number.end, value=number.value, form="money", unit=unit_name
        )
    of, position = None, number.end
    whole = _OF.match(low, position) or match_whole(low, position)
    if number.magnitude == 1.0 and whole is not None and (of := parse_digits(whole["of"], english=True)) is not None:
        if of < number.value:
            return None
        position = whole.end()
    unit = parse_english_unit(low, position, number.magnitude, number.start)
    if unit is None or _is_name(low, number, unit, of):
        return None
    if of is None and unit.form == "share" and (spread := _spread(low, number, english=True)):
        value, top, position, _ = spread
        unit = parse_english_unit(low, position) or unit
        return Quantity(
            start=number.start, end=unit.end, number_start=number.start, number_end=position, value=value, value_max=top, form="share",
            unit="%", is_points=unit.is_points,
        )  # fmt: skip
    quantity = Quantity(
        start=number.start, end=unit.end, number_start=number.start, number_end=position, value=number.value, of=of,
        form=unit.form, unit=unit.unit, noun=unit.noun, is_points=unit.is_points,
    )  # fmt: skip
    if (part := _told_of_before(low, number, found)) is not None:
        return reshape(quantity, end=position, form="count", unit=part, noun=part)
    is_open = unit.form == "bare" or (unit.form == "count" and _OF_WHOM.search(low, max(0, number.start - 40), number.start) is not None)
    if is_open and _ENGLISH_VERB.match(low, position) and (noun := _noun_before(low, number, found)) is not None:
        return reshape(quantity, end=position, form="count", unit=noun, noun=noun)
    if unit.noun and unit.end == position:  # "the number of … was 1,595"
        return quantity
    return quantity if whole is not None and " of" in whole.group() else judge(low, number, found, quantity)


def _noun_before(low: str, number: Number, found: Sequence[Quantity]) -> str | None:
    """ "41 of 96 tasks were done, 12 were late", "900 learners, of whom 410 …": what the number before in the sentence counts."""
    before = max((o for o in found if o.end <= number.start), key=lambda o: o.end, default=None)
    is_part = before is not None and _OF_WHOM.search(low, before.end, number.start) is not None
    if before is None or before.form != "count" or (before.of is None and not is_part):
        return None
    if re.search(r"[.;\n]\s", low[before.end : number.start]):
        return None
    return before.noun


_OVER = re.compile(r"(?<!\bno)[.\n]\s")
_OF_THEM = re.compile(r"\sof (?:them|these|those)(?!\w)")
_THE_REST = re.compile(r"(?:,|;|\sand)[^.;\n]{0,60}?\s(?:the other|the remaining|another)\s\Z")
_SET_AGAINST = re.compile(r"(?:\s[a-z]+){0,6}?,?\s(?:against|compared with|compared to|up from|down from)\s(?:only\s|about\s|some\s)?\Z")
_BARE_ENDS = re.compile(r"\s*(?:[.,;)\n]|\Z|(?:at|in|a|last|on|the|by|are|were|is|was)\s)")


def _told_of_before(low: str, number: Number, found: Sequence[Quantity]) -> str | None:
    """ "152 tasks; 139 of them", "the other 13 are late", "146 villages, against 212 a year ago": what the count before counts."""
    before = max((o for o in found if o.end <= number.start), key=lambda o: o.end, default=None)
    if before is None or before.form != "count" or not before.noun or _OVER.search(low, before.end, number.start):
        return None
    if _OF_THEM.match(low, number.end):
        return before.noun
    is_told = _THE_REST.search(low, max(before.end, number.start - 80), number.start) or _SET_AGAINST.fullmatch(
        low, before.end, number.start
    )
    return before.noun if is_told and _BARE_ENDS.match(low, number.end) and number.magnitude == 1.0 else None


_ENGLISH_VERB = re.compile(r"\s+(?:were|are|have|had|remain|remained|is|was|[a-z]+ed)(?!\w)")
_OF_WHOM = re.compile(r",?\s(?:of|among) (?:whom|which|them)\s(?:[a-z]+\s){0,2}\Z")


def _read_lone(low: str, number: Number, unit: Unit, magnitude: float, english: bool) -> Quantity | None:
    """A number alone in its cell: what it counts stands in the head, the label or the unit column."""
    of, end = None, number.digits_end
    if match := _OF.match(low, end):
        of, end = parse_digits(match["of"], english=english), match.end()
    if looks_like_year(low, number) and (unit.form == "bare" or not is_known_noun(unit.noun)) and unit.form not in ("share", "money"):
        return None
    quantity = Quantity(
        start=number.start, end=end, number_start=number.start, number_end=end, value=scale(number.value, magnitude), of=of,
        form=unit.form, unit=unit.unit, noun=unit.noun, is_points=unit.is_points,
    )  # fmt: skip
    if of in RANK_BASES and unit.form in ("bare", "rank"):
        return reshape(quantity, form="rank", unit="hạng")
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
    # "cấp 2", "lớp 12" are names; "cấp 30 bộ máy", "lớp 150 học viên", "đã cấp 47.500" are not
    if (word in _VERBS_TOO or number.value >= 1000) and "." in low[number.start : number.digits_end]:
        return False
    return not (unit.form == "count" and word in _VERBS_TOO and (number.value > 12 or number.digits_end - number.start > 2))
