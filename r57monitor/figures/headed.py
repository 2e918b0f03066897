"""Metrics named away from the number: in the sentence before, in a list told "lần lượt", or by the parts that follow a total."""

from __future__ import annotations

import re
from collections.abc import Sequence

from r57monitor.catalogue import Catalogue
from r57monitor.figures.cues import Hit
from r57monitor.figures.fitting import fits_range, is_compatible
from r57monitor.figures.matching import Match, hits_between
from r57monitor.figures.quantity import Quantity
from r57monitor.figures.reading import Reading
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span

_SCORE = 0.82
_MOST_WORDS = 14  # before the number: a sentence with more has a subject of its own
_LONG = 500  # characters of a sentence that tells of many things
_CLAUSE = 120  # characters before a number in which its clause begins
_HEADING = 14  # words of a line that is only a heading
_ENDS_THERE = re.compile(
    r"\s*(?:[,.;:()]|\Z|(?:với|so với|trong|tại|ở|trên|được|đã|đang|hoạt động|tham gia|của|cho|mỗi|và|đi vào|ra đời|"
    r"in|at|across|with|nationwide|now|have|has|were|are|had|operate)(?!\w))"
)
_OTHER_THING = Guarded(r"(?<!\w)(?:riêng|ngoài ra|bên cạnh đó|đồng thời|cũng|khác|còn lại)(?!\w)")


def match_headed(
    catalogue: Catalogue, reading: Reading, q: Quantity, sentence: Span, others: Sequence[Quantity], number: int
) -> Match | None:
    """ "Tổ công nghệ số cộng đồng là cánh tay nối dài. Cả tỉnh có 1.230 tổ": what the sentence before calls by its full name.

    number: of the sentence. Nothing may follow the noun that makes it another thing ("1.230 tổ hòa giải").
    """
    if q.form != "count" or q.at_most or not q.noun or number == 0 or not _ENDS_THERE.match(reading.low, q.end, sentence.end):
        return None
    head = reading.low[sentence.start : q.start]
    if head.count(" ") > _MOST_WORDS or any(o.end <= q.start for o in others) or _OTHER_THING.search(head):
        return None
    previous = reading.sentences[number - 1]
    if previous.end - previous.start > _LONG:
        return None
    told = reading.low[previous.start : previous.end]
    if "\n" in reading.low[previous.end : sentence.start] and told.count(" ") > _HEADING:
        return None
    named = [h for h in hits_between(reading, previous.start, previous.end) if _is_its_name(catalogue, reading, q, h)]
    owners = {h.owner for h in named}
    if not named or (len(owners) > 1 and len({h.owner for h in _longest(named)}) > 1):
        return None
    owner = _longest(named)[0].owner
    if any(previous.start <= n.start < q.end for n in reading.cues.refused_at(owner)):
        return None
    return Match(catalogue.metrics[owner], _SCORE, False)


def _is_its_name(catalogue: Catalogue, reading: Reading, q: Quantity, hit: Hit) -> bool:
    metric = catalogue.metrics[hit.owner]
    if hit.words < 2 or not is_compatible(metric, q, reading) or not fits_range(metric, q):
        return False
    if metric.cues_all and not any(hit.start <= s < hit.end for s in reading.cues.needed_at(hit.owner)):
        return False
    if reading.low.startswith(f"{q.noun} ", hit.start) or reading.low.endswith(f" {q.noun}", hit.start, hit.end):
        return True
    return hit.words > 2 and (" " in q.noun or _counts_one_thing(catalogue, q.noun))


def _counts_one_thing(catalogue: Catalogue, noun: str) -> bool:
    """Whether only one metric is counted by the noun ("trang")."""
    return sum(noun in metric.units for metric in catalogue.metrics) == 1


def _longest(hits: Sequence[Hit]) -> list[Hit]:
    most = max(h.words for h in hits)
    return [h for h in hits if h.words == most]


_RESPECTIVELY = re.compile(r"(?<!\w)(?:lần lượt|theo thứ tự)(?!\w)")
_NEXT_VALUE = re.compile(r"\s*(?:,|và|, và|;|-)\s*(?:(?:đạt|là|xếp|đứng|ở|với|hơn|gần|trên|khoảng)\s+)*")


def match_respective(catalogue: Catalogue, reading: Reading, q: Quantity, sentence: Span, others: Sequence[Quantity]) -> Match | None:
    """ "tỷ lệ hồ sơ trực tuyến và số hóa lần lượt đạt 92% và 88%": as many names before the word as values after it, in the same order."""
    if reading.low.find("lần lượt", sentence.start, q.start) < 0 and reading.low.find("theo thứ tự", sentence.start, q.start) < 0:
        return None
    marks = list(_RESPECTIVELY.finditer(reading.low, sentence.start, q.start))
    if not marks:
        return None
    values = sorted((o for o in (*others, q) if o.start >= marks[-1].end() and o.form == q.form), key=lambda o: o.start)
    listed = values[:1]
    for value in values[1:]:
        if not _NEXT_VALUE.fullmatch(reading.low, listed[-1].end, value.start):
            break
        listed.append(value)
    if q not in listed or len(listed) == 1:
        return None
    end = marks[-1].start()
    told = max((o.end for o in others if o.end <= end), default=sentence.start)  # "đạt 99% và tỷ lệ …": what stands before is told of
    for start in dict.fromkeys((told, sentence.start)):
        spots = _spots([h for h in hits_between(reading, start, end) if _can_be(catalogue, reading, q, h)])
        if len(spots) == len(listed) == len({h.owner for h in spots}):
            return Match(catalogue.metrics[spots[listed.index(q)].owner], 1.0, True)
    return None


def _can_be(catalogue: Catalogue, reading: Reading, q: Quantity, hit: Hit) -> bool:
    metric = catalogue.metrics[hit.owner]
    if not is_compatible(metric, q, reading) or not fits_range(metric, q):
        return False
    return not metric.cues_all or any(s < q.start for s in reading.cues.needed_at(hit.owner))


def _spots(hits: Sequence[Hit]) -> list[Hit]:
    """Of cues that overlap the longest, in the text's order."""
    spots: list[Hit] = []
    reach = -1
    for hit in sorted(hits, key=lambda h: (h.start, -h.words)):
        if hit.start >= reach:
            spots.append(hit)
        elif hit.words > spots[-1].words:
            spots[-1] = hit
        reach = max(reach, hit.end)
    return spots


_TASK_NOUNS = frozenset({"nhiệm vụ", "đầu việc", "công việc", "việc"})
_PARTS_FOLLOW = re.compile(
    r"(?:\s(?:được giao|phải thực hiện|cụ thể|trọng tâm|giải pháp))?\s*[.,;:(]\s*"
    r"(?:(?:trong đó|trong số đó|trong số này|đến nay|hiện|hiện nay|bao gồm|gồm|tính đến[^,.\n]{0,30}),?:?\s*)*(?:(?:đã )?có\s+)?"
    r"(?:\d[\d.]*(?:/\d+)?\s+(?:(?:nhiệm vụ|đầu việc|công việc|việc)\s+)?(?:đã|đang|hoàn thành|quá hạn|chậm|chưa|trong hạn)(?!\w)"
    r"|(?:đã )?(?:hoàn thành|thực hiện xong|thực hiện được)\s+\d)"
)


def match_total(catalogue: Catalogue, reading: Reading, q: Quantity) -> Match | None:
    """ "Cả tỉnh có 120 nhiệm vụ. Trong đó, 96 nhiệm vụ đã hoàn thành": a number whose parts the text tells by how far they are."""
    if q.form != "count" or q.of is not None or q.noun not in _TASK_NOUNS or not _PARTS_FOLLOW.match(reading.low, q.end):
        return None
    owner, metric = next(((i, m) for i, m in enumerate(catalogue.metrics) if m.id == "tasks_total"), (-1, None))
    if metric is None or not fits_range(metric, q):
        return None
    least = max(0, q.start - _CLAUSE)
    first = max(least, *(reading.low.rfind(mark, least, q.start) + 1 for mark in (". ", "\n", "; ", ", ")))
    if any(first <= n.start < q.end for n in reading.cues.refused_at(owner)):
        return None
    return Match(metric, _SCORE, False)
