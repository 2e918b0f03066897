"""What is no figure: dates, document numbers, labels, list marks, counters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from r57monitor.figures.words import alternatives, load_words
from r57monitor.text.dates import DateMention
from r57monitor.text.starts import Starts, match_at

_LAST_NUMBER = r"\d[\d.,]*(?=\s*(?:$|[)|\n•-]))"  # of its line or bracket
_NUMBER_ENDS_THERE = re.compile(_LAST_NUMBER, re.MULTILINE)


@lru_cache(maxsize=1)
def _refusals() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Everything whose digits are no figure, whatever stands around it, with where it can begin.

    That is at a word, at one of the kinds of places of `_refused`, or at digits that one of `_SIGNS` follows.
    """
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
        ("/-", re.compile(r"(?<![\d.,])\d{1,5}\s?[/-]\s?(?:\d{4}\s?/\s?)?[a-zđ][a-zđ&]{0,9}(?:\s?[/-]\s?[a-zđ&]{1,10}\d{0,2})+(?!\w)")),
        (
            "/",
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
        (":hg", re.compile(r"(?<![\d,.])(?:[01]?\d|2[0-4])\s?(?::|h|giờ)\s?(?:[0-5]\d)?(?:\s?(?:phút|'))?(?![\w%,]|\.\d)")),
        ("code", re.compile(r"(?<!\w)(?:[2-6]g|24/7|24/24h?|(?!vnd\d|usd\d)[a-z]+\d[\w.-]*|\d+[a-z]+\d\w*)(?!\w)")),  # 5G, 24/7, QL1A, m2
        (".", re.compile(r"(?<![\d,.%])[1-9]\.0(?![\d%]|,\d)(?!\s?%)")),  # 4.0, 2.0
        # list marks at the start of a line
        ("line", re.compile(r"[\s|]*[-+•*]?\s*\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}[.)/]|\d{1,2}\s?-)(?=\s)")),
        ("mark", re.compile(r"[\[(]\d{1,2}[\])](?!\s?%)|(?<=[:;,.]\s)\d[).](?=\s)")),  # footnotes, "(1)"
        ("counter", re.compile(rf"(?<!\w)(?!xếp hạng\s+\d){counters}\s*[:(]?\s*(?<=[:(\s]){_LAST_NUMBER}", re.MULTILINE)),
        ("counter", re.compile(rf"(?<!\w){counters}\s*:\s*\d[\d.,]*")),
        ("pc", re.compile(r"(?<![\d.,])\d{1,2}\s+(?:phần\s+\d{1,2}(?![\d.,%])|con\s+số(?!\w))")),  # "2 phần 3", "tăng trưởng 2 con số"
        ("x×*°º", re.compile(r"(?<!\w)\d{1,2}\s?(?:x|×|\*)\s?\d{1,4}(?!\w)|(?<!\d)\d{1,3}\s?[°º]")),
        ("trên", re.compile(r"(?<!\w)trên\s+(?:mỗi\s+)?(?:10\.000|1\.000|100\.000|1 triệu|1 vạn)\s+(?:dân|người)")),
        ("tháng", re.compile(r"(?<!\w)tháng\s+\d{1,2}(?:,\s\d{1,2})+(?=\s+(?:lần lượt|năm|và)(?!\w)|/20)")),  # "tháng 6, 7, 8 lần lượt"
        (  # "VNeID mức 2", "dịch vụ công trực tuyến mức độ 3, 4"
            "mức",
            re.compile(
                r"(?:(?<=vneid )|(?<=định danh )|(?<=điện tử )|(?<=trực tuyến ))mức\s+(?:độ\s+)?[1-4]"
                r"(?:(?:,| và)\s[1-4])?(?![\w%]|[.,]\d|\s%)"
            ),
        ),
        ("từ", re.compile(r"(?<!\w)từ\s+(?:đủ\s+)?\d{1,2}\s+(?:đến\s+\d{1,2}\s+)?tuổi")),
    )


_SITE_SIGNS = (b"http", b"www.", b"@", b".vn", b".com", b".net", b".org", b".gov", b".edu")
_COUNTER_WINDOW = 24
_COUNTER_REACH = 80  # characters before digits in which all words of their counter stand


@lru_cache(maxsize=1)
def _counter_ends() -> tuple[str, ...]:
    return tuple({words.split()[-1] for words in load_words("units")["counters"]})


@lru_cache(maxsize=1)
def _counter_begins() -> tuple[str, ...]:
    begins = {words.split()[0] for words in load_words("units")["counters"]}
    return tuple(sorted(word for word in begins if not any(word != other and word.startswith(other) for other in begins)))


def _refused(starts: Starts) -> Iterator[re.Match[str]]:
    """Everything in a text whose digits are no figure."""
    low = starts.low
    places: dict[str, Sequence[int]] = {
        "mark": sorted({p for start, end in starts.runs if _is_marked(low, start, end) for p in (start - 1, start) if p >= 0}),
        "code": list(_code_starts(starts)),
        "line": (0, *(place + 1 for place in starts.of("\n"))),
    }
    if counters := _counter_places(starts):
        places["counter"] = counters
    signed = [(start, m[1]) for start, end in starts.runs if low[end : end + 1] in _ONWARD and (m := _GOES_ON.match(low, start))]
    for signs in _SIGNS:
        places[signs] = [start for start, sign in signed if sign in signs]
    for where, pattern in _refusals():
        if where == "site":
            if any(sign in starts.plain for sign in _SITE_SIGNS):
                yield from pattern.finditer(low)
        elif where != "counter" or where in places:
            yield from match_at(pattern, low, places[where] if where in places else starts.of(where))


# What follows the digits of all that can begin with digits, and of a footnote's.
_GOES_ON = re.compile(r"\d+\s*([/:.hgx×*°º-]|p(?=hần\s)|c(?=on\s))")
_SIGNS = ("/-", "/", ":hg", ".", "pc", "x×*°º")  # of each refusal that begins with digits, what follows them
_ONWARD = frozenset("/:.hgx×*°º-pc\t\n\x0b\x0c\r \x1c\x1d\x1e\x1f\x85\xa0")  # the first letter of that; other blanks are rare


_LEAST_TELEPHONE = 3  # digits in a row that a telephone number without a bracket begins with


def _is_marked(low: str, start: int, end: int) -> bool:
    """Whether digits can be a telephone's or a footnote's."""
    is_long = end - start >= _LEAST_TELEPHONE and low[start] in "01"
    return is_long or low[start - 1 : start] in ("(", "[", "+") or low[end : end + 1] in (")", "]", ".")


def _code_starts(starts: Starts) -> Iterator[int]:
    """Where digits begin that letters or a slash follow, and the letters right before digits."""
    low = starts.low
    for place, end in starts.runs:
        start = place
        while start and "a" <= low[start - 1] <= "z":
            start -= 1
        if start < place:
            yield start
        if "a" <= low[end : end + 1] <= "z" or low[end : end + 1] == "/":
            yield place


def _counter_places(starts: Starts) -> list[int]:
    """Where a counter's words can begin before digits that stand where a counter's do."""
    low, ends = starts.low, _counter_ends()
    found: set[int] = set()
    for place in starts.digits:
        head = low[max(0, place - _COUNTER_WINDOW) : place]
        words = head.rstrip().rstrip(":(").rstrip()
        if words.endswith(ends) and (":" in head[len(words) :] or _NUMBER_ENDS_THERE.match(low, place)):
            for word in _counter_begins():
                at = low.find(word, max(0, place - _COUNTER_REACH), place)
                while at >= 0:
                    found.add(at)
                    at = low.find(word, at + 1, place)
    return sorted(found)


def mask_refused(starts: Starts, dates: Sequence[DateMention], documents: Sequence[tuple[int, int]]) -> bytearray:
    """One byte a letter of the text (in small letters): 1 where digits are no figure."""
    mask = bytearray(len(starts.low))
    for start, end in (*((d.start, d.end) for d in dates), *documents, *(m.span() for m in _refused(starts))):
        mask[start:end] = b"\1" * (end - start)
    return mask
