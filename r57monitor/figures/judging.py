"""Whether a number is a figure at all; a bare number needs words that introduce it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from r57monitor.figures.quantity import Quantity, reshape
from r57monitor.figures.units import is_known_noun, is_listed_noun, parse_unit
from r57monitor.text.guarded import Guarded
from r57monitor.text.numbers import TOKEN, Number

_TIME_CUT = Guarded(r"(?:giảm|xuống|còn|rút ngắn|rút|bớt)(?:\s+(?:còn|từ|được|khoảng|tối đa|ít nhất|trung bình|bình quân))*\s*$")
_INTRODUCED = Guarded(
    r"(?:(?<!\w)(?:là|đạt|gồm|có|còn|bằng|mức|lên|tới|:)|\(|lần lượt là|được)\s*(?:khoảng\s+|hơn\s+|gần\s+|trên\s+|dưới\s+)?$|[:(|]\s*$"
)
_SCORED = Guarded(r"(?<!\w)(?:chỉ số|điểm|hệ số|hdi|dti|pii|pci|gini|giá trị|số điểm|chỉ tiêu|thang)(?!\w)")
_COUNTED_BEFORE = re.compile(r"(?<!\w)(?:tổng số|số lượng|số|lượng)\s+(?=[^\W\d_])")


def judge(low: str, number: Number, found: Sequence[Quantity], quantity: Quantity) -> Quantity | None:
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
    if quantity.form == "count" and _PER.search(head):
        return None
    if quantity.form == "count" and quantity.of is None and (every := _OF_EVERY.search(head)) and float(every["of"]) >= quantity.value:
        return replace(quantity, of=float(every["of"]))
    if quantity.form == "count" and quantity.of in RANK_BASES and quantity.value <= (quantity.of or 0) and _RANKED_AT.search(head):
        return reshape(quantity, form="rank", unit="hạng")
    if quantity.form == "count" and looks_like_year(low, number) and not is_known_noun(quantity.noun):
        return None
    if quantity.form == "count" and quantity.of is None and quantity.value in RANK_BASES and _is_all_provinces(low, quantity, head):
        return None
    if quantity.form == "bare" and (per := _PER_FOLLOWS.match(low, number.end)):
        return reshape(quantity, form="count", unit=per["noun"], noun=per["noun"], end=per.end())
    if quantity.form != "bare":
        return quantity
    return _judge_bare(low, number, quantity, head, found)


_PER = Guarded(r"(?:^|\W)(?:per|for every|cứ|trên mỗi)\s+$")  # "12 per 10,000 people": of how many
_OF_EVERY = Guarded(
    r"(?<!\w)cứ\s(?P<of>\d{1,4})\s[^\d,.;]{2,24}?,?\s(?:thì\s)?(?:có\s|được\s)?(?:gần\s|hơn\s|khoảng\s)?$"
)  # "cứ 10 người thì có 7"
_PER_FOLLOWS = re.compile(r"\s+per\s+\d[\d,.]*\s+(?P<noun>people|residents|inhabitants|citizens|persons)(?!\w)")
_RANKED_AT = Guarded(r"(?<!\w)(?:xếp hạng|thứ hạng|vị trí)(?!\w)[^.;,\d]{0,40}(?:(?:19|20)\d\d[^.;,\d]{0,20})?\s(?:là|đạt|ở|:)\s+$")
_AMONG = Guarded(
    r"(?:trong số|trong tổng số|điểm cầu(?: của| tại)?|điểm cầu \S+ \S+ của|giữa|khắp|của|tới|đến)(?:\s+(?:tất cả|cả|các))?\s+$"
)
_PROVINCES = re.compile(r"\s*(?:tỉnh|địa phương|province)")


def _is_all_provinces(low: str, quantity: Quantity, head: str) -> bool:
    """ "trong số 34 tỉnh, thành phố": the country, counted for nothing."""
    return bool(_PROVINCES.match(low, quantity.number_end) and _AMONG.search(head))


def _judge_fraction(low: str, quantity: Quantity, head: str) -> Quantity | None:
    of = quantity.of or 0.0
    if of in RANK_BASES and quantity.value <= of and quantity.value == int(quantity.value):
        return reshape(quantity, form="rank", unit="hạng")
    digits = low[quantity.start : quantity.number_end]
    looks_dated = re.fullmatch(r"\d{1,2}\s?/\s?\d{1,2}", digits) and quantity.value <= 31 and of <= 12
    if quantity.value > of or looks_dated or not _INTRODUCED.search(head):
        return None
    return quantity


_SENTENCE_BORDER, _CLAUSE_BORDER = re.compile(r"[.;\n](?=\s|$)"), re.compile(r"[,()|](?=\s)")
_CLAUSE_ENDS = re.compile(r"\s*(?:[.,;()|\n]|$|so với|tăng|giảm|và|trong|vào|trước|nhưng|song)")
_LISTED = re.compile(rf"(?:,\s*{TOKEN})*\s*(?:,|và|, và)\s*{TOKEN}")
_ROSE = re.compile(
    rf"\s+(?:lên|xuống|còn|tăng lên|giảm xuống|giảm còn|xuống còn|lên tới|lên đến)(?:\s+(?:còn|tới|đến|khoảng|hơn|gần))*\s+{TOKEN}"
)
RANK_BASES = frozenset({34.0, 63.0})  # provinces since July 2025, and before


def _judge_bare(low: str, number: Number, quantity: Quantity, head: str, found: Sequence[Quantity]) -> Quantity | None:
    sentence = _SENTENCE_BORDER.split(head)[-1] if "|" not in head else head
    is_decimal = number.value != int(number.value)
    if is_decimal and (_SCORED.search(sentence) or _SCORED.search(low[number.end : number.end + 25]) or _is_index_value(low, number, head)):
        return reshape(quantity, form="count", unit="điểm", noun="điểm")
    if looks_like_year(low, number):
        return None
    if listed := _LISTED.match(low, number.end):
        unit = parse_unit(low, listed.end())
        if unit is not None and unit.form != "bare" and "lần lượt" in low[max(0, number.start - 160) : number.start]:
            return reshape(quantity, form=unit.form, unit=unit.unit, noun=unit.noun)
    if (rose := _ROSE.match(low, number.end)) and re.search(r"(?:^|\s)từ(?:\s+(?:mức|khoảng|hơn|gần|trên))?\s+$", head):
        unit = parse_unit(low, rose.end())
        if unit is not None and unit.form in ("count", "share", "money"):
            return reshape(quantity, form=unit.form, unit=unit.unit, noun=unit.noun)
    if number.magnitude > 1 and (before := _grows(low, number, found)) is not None:
        return reshape(quantity, form=before.form, unit=before.unit, noun=before.noun)
    if (noun := _turned_noun(low, number)) is not None:
        return reshape(quantity, form="count", unit=noun, noun=noun)
    clause = _CLAUSE_BORDER.split(sentence)[-1].rsplit("\n", 1)[-1]
    if _TELLS_PART.match(low, number.end) and _PART_OF.search(sentence):
        return _counted_before(low, quantity, sentence, found)
    if (
        _INTRODUCED.search(head)
        and (_COUNTED_BEFORE.search(clause) or _opens_with_a_count(low, number))
        and _CLAUSE_ENDS.match(low, number.end)
    ):
        noun = _noun_after_count(clause)
        return quantity if noun is None else reshape(quantity, form="count", unit=noun, noun=noun)
    if not _BORDERED.match(low, number.end):
        return None
    return _counted_before(low, quantity, clause, found)


_CLAUSE_HEAD = 140  # characters before a number with a magnitude in which "tổng số …" may stand


def _opens_with_a_count(low: str, number: Number) -> bool:
    """ "tổng số đối tượng … thuộc ngành quản lý là hơn 3,8 triệu": a long name behind "số", and millions of it."""
    if number.magnitude == 1.0:
        return False
    clause = re.split(r"[.;,\n()](?=\s)", low[max(0, number.start - _CLAUSE_HEAD) : number.start])[-1]
    return _COUNTED_BEFORE.match(clause.lstrip()) is not None


_ROSE_BY = re.compile(r"\s*[^.;\d]{0,60},\s(?:tăng|giảm)(?:\s+(?:thêm|khoảng|hơn|gần|trên))*\s+")


def _grows(low: str, number: Number, found: Sequence[Quantity]) -> Quantity | None:
    """ "cấp 9 triệu chứng thư số cho người dân, tăng hơn 1,5 triệu": the count before, of which that many came anew."""
    before = next((q for q in reversed(found) if q.end <= number.start), None)
    grown = before is not None and before.form == "count" and _ROSE_BY.fullmatch(low, before.end, number.start)
    return before if grown and re.match(r"\s*(?:[.,;)\n]|\Z|so với)", low[number.end :]) else None


_TURNED = re.compile(
    rf"(?<!\w)từ\s+(?:{TOKEN}\s+(?:lên|xuống|còn|tăng lên|giảm xuống|giảm còn|xuống còn|lên tới)(?:\s+(?:còn|tới|đến))*\s+)?$"
    rf"|lần lượt(?:\s+(?:là|có|đạt|còn))?\s+(?:{TOKEN}(?:,| và|, và)\s+)*$"
)


def _turned_noun(low: str, number: Number) -> str | None:
    """ "đưa số bản chưa có sóng từ 63 xuống 49", "số bản của A và B lần lượt là 22 và 9": the noun after "số" in the sentence before."""
    head = _SENTENCE_BORDER.split(low[max(0, number.start - 160) : number.start])[-1]
    turned = _TURNED.search(head)
    if turned is None or number.value != int(number.value):
        return None
    return _noun_after_count(head[: turned.start()])


def _noun_after_count(head: str) -> str | None:
    """ "số hộ có internet là": the noun right after the last "số" of what stands before a number, where it is one of the lists."""
    counted = list(_COUNTED_BEFORE.finditer(head))
    unit = parse_unit(f" {head[counted[-1].end() :].lstrip()}", 0) if counted else None
    return unit.noun if unit is not None and unit.form == "count" and is_known_noun(unit.noun) else None


_INDEX = Guarded(r"(?<!\w)(?:chỉ số|dti|pii|hdi|par index)(?!\w)")
_WITH = Guarded(r"(?<!\w)(?:với|giá trị|số điểm|mức)\s+$")
_INDEX_REACH = 600  # characters before a value in which its paragraph, or with four decimals the text, names the index


def _is_index_value(low: str, number: Number, head: str) -> bool:
    """ "Chỉ số DTI … so với năm trước (0,62)": a value between 0 and 1 with two decimals or more where an index is told of."""
    if not 0 < number.value < 1 or number.digits_end - number.start < 4 or not (_INTRODUCED.search(head) or _WITH.search(head)):
        return False
    before = low[max(0, number.start - _INDEX_REACH) : number.start]
    return _INDEX.search(before if number.digits_end - number.start > 5 else before.rsplit("\n", 1)[-1]) is not None


_BORDERED = re.compile(r"\s*(?:[.;)\n]|,\s|\Z|so với|tăng|giảm|nhưng|song)")
_STATED = Guarded(
    r"(?<!\w)(?:là|còn|có|đạt|chỉ|chỉ còn|hiện có|nay có|mới có|gồm|lên|xuống|has|have|had|:)\s*(?:khoảng\s+|hơn\s+|gần\s+|chỉ\s+|tới\s+)?$"
)
# "2.725 doanh nghiệp, trong đó hơn 1.600 thuộc …"
_PART_OF = Guarded(r"(?<!\w)trong (?:số )?(?:đó|này),?(?:\s+(?:có|hơn|gần|trên|khoảng|tới))*\s+$")
_TELLS_PART = re.compile(r"\s+(?:thuộc|là|đã|đang|được|chưa|do|của|hoạt động|ở)(?!\w)")
# "Nhiệm vụ được giao: 188; hoàn thành: 121; quá hạn: 4"
_STATE_LABEL = re.compile(
    r"[;,]\s(?:đã\s)?(?:hoàn thành|đang thực hiện|đang triển khai|quá hạn|trễ hạn|chậm|chưa[^;:,.\d]{0,20}|còn lại):\s"
)
_IN_LIST = re.compile(r"\s*(?:,|và|, và)\s*")


def _counted_before(low: str, quantity: Quantity, clause: str, found: Sequence[Quantity]) -> Quantity | None:
    """A number whose noun stands before it: "hồ sơ trễ hạn còn 214", "cần 70 người, hiện có 29", "lần lượt là 322, 409"."""
    before = next((q for q in reversed(found) if q.end <= quantity.start), None)
    near = before is not None and not re.search(r"[.;\n|](?=\s|$)", low[before.end : quantity.start])
    if before is not None and near and before.form in ("count", "bare") and _IN_LIST.fullmatch(low, before.end, quantity.start):
        listed = re.search(r"lần lượt(?:\s+\S+){0,3}\s+(?:[\d.,]+(?:,| và)\s+)*$", low[max(0, quantity.start - 120) : quantity.start])
        return reshape(quantity, form=before.form, unit=before.unit, noun=before.noun) if listed else None
    if before is not None and near and before.form == "count" and _PART_OF.search(clause) and _TELLS_PART.match(low, quantity.end):
        return reshape(quantity, form="count", unit=before.unit, noun=before.noun)
    if before is not None and before.form == "count" and _STATE_LABEL.fullmatch(low, before.end, quantity.start):
        return reshape(quantity, form="count", unit=before.unit, noun=before.noun)
    is_led_to = clause.rstrip().endswith(":") or "." in low[quantity.start : quantity.number_end]
    if not is_led_to and not _STATED.search(clause):
        return None
    opened = parse_unit(f" {clause.strip().lstrip('-+•* ')}", 0)
    if opened is not None and opened.form == "count" and is_listed_noun(opened.noun) and clause.count(" ") <= 12 and "|" not in clause:
        return reshape(quantity, form="count", unit=opened.unit, noun=opened.noun)
    if before is not None and near and before.form == "count" and quantity.start - before.end < 90:
        return reshape(quantity, form="count", unit=before.unit, noun=before.noun)
    return None


def looks_like_year(low: str, number: Number) -> bool:
    """Whether digits alone could be a year."""
    return number.magnitude == 1.0 and 1900 <= number.value <= 2100 and low[number.start : number.digits_end].isdigit()
