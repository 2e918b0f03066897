"""Numbers that go on with what was counted before in the same words: a noun, a rank, the shares of a list of places."""

from __future__ import annotations

import re

from r57monitor.figures.fitting import named_product
from r57monitor.figures.kinds import Verdict
from r57monitor.figures.linking import again, is_after_noun
from r57monitor.figures.matching import Match
from r57monitor.figures.places import Places
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.figures.subjects import names_other
from r57monitor.text.segment import Span

_NEXT_SENTENCES = 250  # characters from a share to the list of places that goes on with it
_GROUP = re.compile(
    r"(?<!\w)(?:(?:các|những|mọi|hầu hết|đa số)\s[^.;\d]{0,30}(?:còn lại|khác|đều)|khối (?:các )?(?:bộ|sở|tỉnh|xã|huyện|cơ quan)|"
    r"nhóm (?:thấp|cao|cuối|đầu))(?!\w)"
)
_ENDS_THERE = re.compile(r"\s*(?:[,.;)]|\Z|(?:so với|mỗi|vào|trong(?! đó)|nữa|còn|đã được|đã đi vào|được đưa vào|hoạt động)(?!\w))")
_HAS = re.compile(
    r"(?<!\w)(?:có|đạt|còn|gồm|tổng số|triển khai|lắp đặt|lắp|phát sóng|góp|đóng góp|công bố|vỏn vẹn|vẻn vẹn|là|lên|ở mức|thuộc|với|chỉ)"
    r"(?:\s+(?:mức|khoảng|hơn|gần|trên|mới|chỉ|vỏn vẹn|tới|được))*\s+\Z"
)
_IN_LIST = re.compile(
    r"[\d.,%;()]|(?<!\w)(?:nhóm|cao|thấp|gồm|các|như|tốp|dẫn đầu|đứng đầu|cuối|nhất|tiếp theo|kế đến|của|tỉnh|"
    r"thành|địa phương|bộ|ngành|sở|xã|phường|cơ quan|đơn vị|còn lại|khác|đều|hầu hết|đa số|trong đó|thuộc|khối|tp)(?!\w)"
)


class Topics:
    """Counted nouns of which the text so far has told of one metric only: "nâng lên ít nhất 600 trạm" goes on with it."""

    def __init__(self) -> None:
        self._by_noun: dict[str, Match | None] = {}
        self._rank: tuple[int, Match] | None = None
        self._share: tuple[int, Match] | None = None  # the last share that was told of, and where

    def add(self, reading: Reading, q: Quantity, match: Match | None) -> None:
        """Remember what the noun counted; None once it counted two things."""
        if q.form == "share" and match is not None:
            self._share = (q.end, match)
        if q.form == "rank" and match is not None:
            self._rank = (q.end, match)
        noun = _topic(reading, q)
        if noun is None:
            return
        known = self._by_noun.get(noun, match)
        self._by_noun[noun] = match if known is not None and match is not None and known.metric is match.metric else None

    def get(self, reading: Reading, q: Quantity, verdict: Verdict, sentence: Span, places: Places) -> Match | None:
        """The metric of the noun, for a number that stands for it alone: no words of its own after the noun."""
        if q.form == "share" and self._share is not None and not verdict.is_change:
            place, told = self._share
            between = reading.low[place : sentence.start]
            if len(between) < _NEXT_SENTENCES and between.count("\n") <= 1 and _lists_places(reading, q, sentence, places):
                return told._replace(score=0.82, own=False)
        if q.form == "rank" and self._rank is not None and "\n" not in (gap := reading.low[self._rank[0] : q.start]):
            return self._rank[1]._replace(score=0.82, own=False) if len(gap) < _NEXT_SENTENCES else None
        noun = _topic(reading, q)
        known = self._by_noun.get(noun) if noun else None
        if known is None or not _ENDS_THERE.match(reading.low[q.end : sentence.end]):
            return None
        if q.form == "share" and names_other(reading.low[sentence.start : q.start], ""):  # "Khu vực dịch vụ đóng góp 45,6% GRDP"
            return None
        if verdict.kind == "result" and not verdict.is_change and not _HAS.search(reading.low[max(sentence.start, q.start - 40) : q.start]):
            return None
        return known._replace(score=0.82, own=False)


def _lists_places(reading: Reading, q: Quantity, sentence: Span, places: Places) -> bool:
    """ "Nhóm cao gồm Hà Nội (95%), Huế (93%)": the sentence up to the number names places and nothing that is counted."""
    if is_after_noun(reading, q) or not (places.names_one(sentence.start, q.start) or _GROUP.search(reading.low[sentence.start : q.start])):
        return False
    head = places.without_names(reading.low, sentence.start, q.start)
    return again().fullmatch(_IN_LIST.sub(" ", head)) is not None


def _topic(reading: Reading, q: Quantity) -> str | None:
    """What a number counts, as a key: its noun, or that it is a share of the domestic product."""
    if q.form == "count" and q.noun:
        return q.noun
    product = named_product(reading, q)
    return f"%{product}" if product else None
