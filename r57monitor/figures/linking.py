"""Numbers that go on with what the one before counted: changes, earlier values, goals set beside a value, lists of places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from r57monitor.catalogue import Catalogue, Metric
from r57monitor.figures.bound import Bound
from r57monitor.figures.earlier import ONLY_JOINED, is_earlier, is_looked_back_on, is_same_before
from r57monitor.figures.growth import grows_anew
from r57monitor.figures.kinds import Verdict
from r57monitor.figures.matching import Match, find_echoed
from r57monitor.figures.places import Places
from r57monitor.figures.planned import settle_planned
from r57monitor.figures.quantity import Quantity, last_before
from r57monitor.figures.reading import Reading
from r57monitor.figures.subjects import own_clause
from r57monitor.figures.words import alternatives, load_words
from r57monitor.text.guarded import Guarded
from r57monitor.text.segment import Span

_LINK = Guarded(
    r"(?:mục tiêu|đích|kế hoạch|mức|so với|trước đó|cùng kỳ|năm trước|năm ngoái|hồi|lúc|từ|đến|tới|lên|xuống|tăng|giảm|còn|thay vì|"
    r"cao hơn|thấp hơn|nhích|tụt|hơn|thêm|kém|thua|vượt|đề ra|trước|yêu cầu|nhóm|top|tốp|"
    r"from|compared with|compared to|against|versus)(?!\w)"
)
_LATER = 6  # numbers after one in its sentence that can make it the earlier value
_MAX_LINK = 110  # characters between two numbers of one metric


@lru_cache(maxsize=1)
def again() -> re.Pattern[str]:
    """A clause that names nothing new before its number."""
    return re.compile(rf"(?:[\s()\"“”:/]|(?<!\w)(?:{alternatives(load_words('kinds')['again']['words'])}|\d[\d/.-]*+)(?!\w))*+")


def _names_nothing(reading: Reading, q: Quantity, sentence: Span, places: Places | None = None, *, is_alike_after: bool = False) -> bool:
    """Whether the number's own clause leaves open what it counts; names of places count nothing."""
    head = _CLAUSE_BORDER.split(reading.low[sentence.start : q.start])[-1]
    if places is not None:
        head = places.without_names(reading.low, q.start - len(head), q.start)
    if q.form == "share" and is_after_noun(reading, q) and not is_alike_after:
        return False
    if q.form == "count" and not _CLAUSE_ENDS.match(reading.low[q.end : sentence.end + 1]):
        return False
    return again().fullmatch(head) is not None


def is_after_noun(reading: Reading, q: Quantity) -> bool:
    """Whether a noun stands right behind the number."""
    return _NOUN_FOLLOWS.match(reading.low, q.end) is not None


def _is_alike_after(reading: Reading, q: Quantity, last: Quantity) -> bool:
    """ "21% dân số; phải nâng lên 30% dân số": the same words behind both numbers."""
    this, before = _TWO_WORDS.match(reading.low, q.end), _TWO_WORDS.match(reading.low, last.end)
    return this is not None and before is not None and this.group() == before.group()


_TWO_WORDS = re.compile(r"\s[^\W\d_]+\s[^\W\d_]+")
_CLAUSE_BORDER = re.compile(r"[,;(]\s?|[.]\s")
_CLAUSE_ENDS = re.compile(r"\s*(?:[,.;)]|$|so với|và|\n)")
_NOUN_FOLLOWS = re.compile(
    r"\s+(?!(?:so|và|vào|trong|ở|tại|của|lên|thì|là|năm|tăng|giảm|như|với|theo|cùng|trên|toàn|đề|để|nhưng|còn|sau|"
    r"by|in|at|from|to|on|as|compared|up|down|while|but|this|last)(?!\w))[^\W\d_]"
)
_NEXT_YEARS = re.compile(  # "25 per cent of GRDP by the end of 2026 and 30 per cent by 2030"
    r"(?:\s(?:of|trong)\s[^;.\d]{1,60}?)?\s(?:by|in|at|vào|trong|đến)\s[^,;.()]{0,30}20\d\d(?:,|\sand|\svà|,\sand)\s(?:(?:at|least|to|over|đạt|trên|lên|ít|nhất|khoảng)\s)*"
)
_SENTENCE_OVER = re.compile(r"\n|[.]\s")


def inherit_metric(
    reading: Reading, q: Quantity, verdict: Verdict, match: Match | None, done: Sequence[Bound], places: Places, sentence: Span
) -> Match | None:
    """A change, an earlier value, the goal set beside a value, the next place of a list: of the same metric as its neighbour."""
    last = _last_told(reading, q, done)
    if last is None or (known := last.match) is None or q.form == "place":
        return match
    if match is None and (_is_next_of_kind(reading, q, last) or _is_next_tier(reading, q, last)):
        return known._replace(score=known.score - 0.05, own=False)
    gap = reading.low[last.quantity.end : q.start]
    if len(gap) > _MAX_LINK or _SENTENCE_OVER.search(gap) or not _is_alike(q, last.quantity):
        return match
    if match is not None and match.own and match.score > known.score - 0.35:
        return match
    if own_clause(reading, q, last.quantity, sentence.start) is not None:
        return match
    is_growth = verdict.is_change and q.form == "share" and not q.is_points
    if is_growth and grows_anew(gap, reading.low[sentence.start : last.quantity.start]):
        return match
    if match is None and _names_nothing(
        reading, q, Span(last.quantity.end, sentence.end), places, is_alike_after=_is_alike_after(reading, q, last.quantity)
    ):
        return known._replace(score=known.score - 0.05, own=False)
    if ";" in gap and verdict.kind != "previous":
        return match
    if match is None and q.form == "share" and _NEXT_YEARS.fullmatch(gap) and not is_after_noun(reading, q):
        return known._replace(score=known.score - 0.05, own=False)
    if places.names_one(last.quantity.end, q.start) or ONLY_JOINED.fullmatch(gap):
        return known._replace(score=known.score - 0.05, own=False)
    linked = verdict.is_change or verdict.kind == "previous" or last.verdict.kind == "previous" or verdict.kind != last.verdict.kind
    if linked and _LINK.search(gap) and not any(phrase in gap for phrase in known.metric.cues_none):  # "…, với năng suất lao động tăng 7%"
        return known._replace(score=known.score - 0.1, own=False)
    return match


def _last_told(reading: Reading, q: Quantity, done: Sequence[Bound]) -> Bound | None:
    """The number before one in its sentence; what a bracket adds is passed over: "đạt 100% (612 văn bản), cấp xã đạt 98%"."""
    if len(done) > 1 and done[-1].quantity.form != q.form and done[-2].quantity.form == q.form:
        opened = reading.low.find("(", done[-2].quantity.end, done[-1].quantity.start)
        if opened >= 0 and ")" in reading.low[done[-1].quantity.end : q.start]:
            return done[-2]
    return done[-1] if done else None


_TIER = r"(?:khối\s+)?cấp\s+(?:tỉnh|huyện|xã|thôn|sở)"
_TIER_AFTER = re.compile(rf"(?:\s+[^\s,;.()\d]+){{0,2}}\s+(?:đối với|ở|với|cho|tại|của)?\s*{_TIER}(?!\w)")
_TIER_BEFORE = re.compile(rf"[^.;\d]{{0,60}}(?<!\w){_TIER}(?:,\s[^.;\d]{{1,12}})?\s*[;,]\s+(?:và\s+|còn\s+)?")
_STANDS = re.compile(r"\s+(?:tại|ở|cấp|thuộc)\s")
_SAME_NOUN_JOINT = re.compile(r"[^.;()\d]{0,60}(?:,\s|\svà\s)(?:hơn\s|gần\s|trên\s|khoảng\s)?")


def _is_next_tier(reading: Reading, q: Quantity, last: Bound) -> bool:
    """ "90% hồ sơ … cấp tỉnh; 80% đối với cấp xã", "75 tổ … tại xã và 525 tổ tại ấp": the same thing of the next level."""
    low = reading.low
    if q.form == "share" and last.quantity.form == "share":
        return _TIER_AFTER.match(low, q.end) is not None and _TIER_BEFORE.fullmatch(low, last.quantity.end, q.start) is not None
    if q.form != "count" or q.noun != last.quantity.noun or not q.noun or last.verdict.is_change:
        return False
    return _STANDS.match(low, q.end) is not None and _SAME_NOUN_JOINT.fullmatch(low, last.quantity.end, q.start) is not None


_LIST_JOINT = re.compile(r"(?:\s+[^\s,;.()\d]+){0,3}(?:,|,?\s+và)\s+(?:hơn\s+|gần\s+|trên\s+)?")
_COVERED = re.compile(
    r"\s*(?:các\s+|số\s+)?(?:xã|phường|thôn|bản|khu|ấp|dân số|hộ|diện tích|trung tâm|trường|cơ sở|đô thị|địa bàn|vùng)(?!\w)"
)


def _is_next_of_kind(reading: Reading, q: Quantity, last: Bound) -> bool:
    """ "ban hành 3 chương trình, 14 quyết định và 15 kế hoạch", "phủ sóng 95% khu đô thị và 80% số xã": the next of one list."""
    if last.match is None or q.form != last.quantity.form or not _LIST_JOINT.fullmatch(reading.low, last.quantity.end, q.start):
        return False
    metric = last.match.metric
    if q.form == "count":
        return len(metric.units) > 1 and q.noun in metric.units and last.quantity.noun in metric.units and metric.id == "documents_issued"
    covered = _COVERED.match(reading.low, q.end) and _COVERED.match(reading.low, last.quantity.end)
    return q.form == "share" and metric.id.startswith("coverage_") and covered is not None


_TASK_NOUNS = frozenset({"nhiệm vụ", "đầu việc", "công việc", "việc", "tasks"})
_WITH_BRACKET = re.compile(r"\s*(?:\([^()\n]{1,40}\)\s*)?(?:,|,?\s*và|,?\s*and)\s+")


def match_done_tasks(catalogue: Catalogue, reading: Reading, q: Quantity, done: Sequence[Bound]) -> Match | None:
    """ "hoàn thành 39/65 chỉ tiêu (60%) và 38/102 nhiệm vụ": the tasks that the verb before the targets holds too."""
    if q.form != "count" or q.noun not in _TASK_NOUNS:
        return None
    before = next((b for b in reversed(done) if b.quantity.form == "count"), None)
    if before is None or before.match is None or before.match.metric.id not in ("targets_met", "tasks_completed"):
        return None
    if not _WITH_BRACKET.fullmatch(reading.low, before.quantity.end, q.start):
        return None
    owner, metric = next(((i, m) for i, m in enumerate(catalogue.metrics) if m.id == "tasks_completed"), (-1, None))
    if any(q.end <= n.start < q.end + 40 for n in reading.cues.refused_at(owner)):
        return None
    return Match(metric, before.match.score - 0.05, False) if metric else None


def settle_sentence(reading: Reading, done: list[Bound]) -> list[Bound]:
    """What only the whole sentence shows: the metric that a later number names, and which of two values is the earlier."""
    if len(done) < 2:
        return done
    settle_planned(reading, done)
    for i in range(len(done) - 2, -1, -1):
        this, following = done[i], done[i + 1]
        alike = this.quantity.form == following.quantity.form and this.quantity.form in ("share", "rank")
        grew = i > 0 and this.verdict.is_change and not this.quantity.is_points and done[i - 1].quantity.form in ("count", "money")
        same = alike and this.match is None and following.match is not None and not grew  # "1.830 trạm, tăng 46%, và 94% hồ sơ …"
        gap = reading.low[this.quantity.end : following.quantity.start]
        is_open = ONLY_JOINED.fullmatch(gap) or _names_nothing(reading, this.quantity, this.sentence)
        if same and len(gap) < _MAX_LINK and ";" not in gap and is_open:
            done[i] = this._replace(match=following.match)
    for i, this in enumerate(done):
        if i and is_same_before(reading, this, done[i - 1]):
            done[i] = this._replace(verdict=this.verdict._replace(kind="previous"))
            continue
        later = next((o for o in done[i + 1 : i + _LATER] if o.match and this.match and o.match.metric is this.match.metric), None)
        before = next(
            (o for o in done[max(0, i - _LATER) : i][::-1] if o.match and this.match and o.match.metric is this.match.metric), None
        )
        came_before = later is not None and is_earlier(reading, this, later)
        if came_before or (before is not None and is_looked_back_on(reading, this, before)):
            done[i] = this._replace(verdict=this.verdict._replace(kind="previous"))
    return done


def match_echo(catalogue: Catalogue, reading: Reading, q: Quantity, done: Sequence[Bound], others: Sequence[Quantity]) -> Match | None:
    """The share that restates the count before it, for one without a cue of its own."""
    if not done or (known := done[-1].match) is None or find_echoed(reading, q, others) is not done[-1].quantity:
        return None
    metric = next((m for m in catalogue.metrics if known.metric.id in m.echoes), None)
    return Match(metric, known.score - 0.1, False) if metric and q.form == "share" else None


_PLAN = re.compile(r"\s*(?:(?:so với|của)\s+)?(?:kế hoạch|chỉ tiêu|mục tiêu)(?!\w)")
_TASKS = re.compile(r"(?<!\w)(?:nhiệm vụ|đầu việc|công việc|hoạt động|hạng mục|việc)(?!\w)")


def is_share_of_its_plan(
    reading: Reading, q: Quantity, match: Match | None, sentence: Span, others: Sequence[Quantity], done: Sequence[Bound]
) -> bool:
    """ "lắp 120 trạm, bằng 104% kế hoạch": how far one indicator is, no share of the tasks done."""
    if match is None or not match.metric.echoes or q.form != "share" or not _PLAN.match(reading.low, q.end):
        return False
    before = last_before(others, q.start)
    if before is None or q.start - before.end > 60:
        return False
    if done and done[-1].quantity is before and done[-1].match is not None:
        return done[-1].match.metric.id not in match.metric.echoes and not counts_tasks(done[-1].match.metric)
    return not _TASKS.search(reading.low, sentence.start, q.start)


def counts_tasks(metric: Metric) -> bool:
    """Whether a metric counts the tasks of a plan or says how many of them are done."""
    return metric.id.startswith(("tasks_", "kh02_"))


def _is_alike(q: Quantity, other: Quantity) -> bool:
    if "bare" in (q.form, other.form):
        return q.form in ("bare", "count") and other.form in ("bare", "count")
    ranked = (q.form == "rank" or q.at_most, other.form == "rank" or other.at_most)
    if any(ranked):
        return all(ranked)
    if q.form != other.form:
        return False
    return q.form != "count" or q.noun == other.noun or q.noun.startswith(other.noun) or other.noun.startswith(q.noun)
