"""What is no figure: dates, document numbers, labels, list marks, counters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from r57monitor.figures.words import alternatives, load_words
from r57monitor.text.dates import DateMention


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


def mask_refused(low: str, dates: Sequence[DateMention], documents: Sequence[tuple[int, int]]) -> bytearray:
    """One byte a letter of `low`: 1 where digits are no figure."""
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
