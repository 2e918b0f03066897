"""Arithmetic and recycling: figures that a reader should look at twice. A flag is a question, never a verdict."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from r57monitor.clock import vietnam_day
from r57monitor.ledger.series import Statement, agree, find_step
from r57monitor.ledger.states import State
from r57monitor.text.normalize import fold

NEAR = 60  # characters between "36/74 nhiệm vụ" and the share said of it
RECYCLED_AFTER = timedelta(days=60)  # "to date" the same as two months ago


@dataclass(frozen=True, slots=True)
class Flag:
    """flag: over_100, part_over_whole, share_mismatch, part_over_total, sum_mismatch, cumulative_fall, recycled, copy_differs.

    detail: its numbers, in no language.
    """

    figure_id: str
    article_id: str
    flag: str
    detail: str
    other_figure_id: str | None = None


def find_flags(statements: Iterable[Statement], states: Mapping[str, State]) -> list[Flag]:
    """Every flag, by figure."""
    said = sorted(statements, key=lambda s: (s.article_id, s.start, s.figure_id))
    by_id = {s.figure_id: s for s in said}
    flags = [flag for s in said for flag in (_over_100(s), _part_over_whole(s), _cumulative_fall(s, states, by_id)) if flag]
    flags += _share_mismatches(said)
    flags += _totals(said)
    flags += _recycled(said, states)
    flags += _differing_copies(said)
    return sorted(flags, key=lambda f: (f.figure_id, f.flag))


def _over_100(said: Statement) -> Flag | None:
    if said.unit != "%" or said.is_change or said.value <= 100 or said.kind == "target" or said.whole == "plan":
        return None  # a plan may well be exceeded
    return Flag(said.figure_id, said.article_id, "over_100", f"{said.mention} > 100%")


def _part_over_whole(said: Statement) -> Flag | None:
    if said.denominator is None or said.value <= said.denominator:
        return None
    return Flag(said.figure_id, said.article_id, "part_over_whole", f"{said.mention}: {_show(said.value)} > {_show(said.denominator)}")


def _cumulative_fall(said: Statement, states: Mapping[str, State], by_id: Mapping[str, Statement]) -> Flag | None:
    state = states.get(said.figure_id)
    if said.period != "cumulative" or said.kind != "result" or said.is_change or not state or state.state != "lower":
        return None
    before = by_id.get(state.against_figure_id or "")
    return Flag(
        said.figure_id, said.article_id, "cumulative_fall", f"{before.mention if before else '…'} → {said.mention}", state.against_figure_id
    )


def _share_mismatches(ordered: list[Statement]) -> list[Flag]:
    """ "36/74 nhiệm vụ, đạt 58,6%", "đạt 58,6% (36/74 nhiệm vụ)": the share is another than the two numbers give."""
    flags: dict[str, Flag] = {}
    for one, other in pairwise(ordered):
        said, share = (one, other) if one.denominator and other.unit == "%" else (other, one)
        if not said.denominator or said.unit in {"%", "hạng"} or share.unit != "%" or share.is_change or share.kind != said.kind:
            continue
        is_near = other.article_id == one.article_id and other.sentence == one.sentence and 0 <= other.start - one.end <= NEAR
        if not is_near or (share is one and "(" not in other.sentence):  # a share before its parts has them in brackets
            continue
        computed = 100 * said.value / said.denominator
        slack = max(find_step(share.mention), 0.1) * (1 if share.comparator == "eq" else 10)
        if share.denominator is None and abs(computed - share.value) > slack and _may_be_its_share(computed, share.value):
            detail = f"{said.mention} = {_show(round(computed, 1))}% ≠ {share.mention}"
            flags.setdefault(share.figure_id, Flag(share.figure_id, share.article_id, "share_mismatch", detail, said.figure_id))
    return list(flags.values())


_PARTS = re.compile(r"(?P<some>\btrong (?:do|so do)\b)|(?P<all>\b(?:bao gom|gom)\b)")


def _totals(ordered: list[Statement]) -> list[Flag]:
    """ "1.200 tổ, trong đó 1.300 tổ …": a part above its total. "1.200 tổ, gồm 800 tổ … và 500 tổ …": parts that do not add up."""
    sentences: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for said in ordered:
        if said.unit not in _SHARES and not said.is_change and said.value_max is None:
            sentences[said.article_id, said.sentence].append(said)
    flags = []
    for (_, sentence), group in sentences.items():
        folded = fold(sentence) if len(group) > 1 else ""
        marks = list(_PARTS.finditer(folded))
        if len(marks) != 1:
            continue
        total, parts = _split(group, folded, marks[0].start())
        if total is None or not parts:
            continue
        larger = next((p for p in parts if p.value > total.value and p.comparator == total.comparator), None)
        exact = all(s.comparator == "eq" for s in (total, *parts))
        if larger:
            detail = f"{larger.mention} > {total.mention}"
            flags.append(Flag(larger.figure_id, larger.article_id, "part_over_total", detail, total.figure_id))
        elif marks[0]["all"] and exact and len(parts) > 1 and sum(p.value for p in parts) != total.value:
            detail = f"{' + '.join(p.mention for p in parts)} = {_show(sum(p.value for p in parts))} ≠ {total.mention}"
            flags.append(Flag(total.figure_id, total.article_id, "sum_mismatch", detail, parts[0].figure_id))
    return flags


_SHARES = frozenset({"%", "hạng", "điểm"})


def _split(group: list[Statement], folded: str, mark: int) -> tuple[Statement | None, list[Statement]]:
    """The last number before the mark, and those after it that count the same."""
    at = {s.figure_id: folded.find(fold(s.mention)) for s in group}
    before = [s for s in group if 0 <= at[s.figure_id] < mark]
    if not before:
        return None, []
    total = before[-1]
    alike = [s for s in group if at[s.figure_id] > mark and fold(s.unit) == fold(total.unit) and s.kind == total.kind]
    return total, [s for s in alike if s.denominator is None and s.as_of == total.as_of]


def _may_be_its_share(computed: float, stated: float) -> bool:
    """A share far from the computed one is most likely said of something else."""
    return abs(computed - stated) <= 15


def _recycled(ordered: list[Statement], states: Mapping[str, State]) -> list[Flag]:
    """A result "to date" that is to the digit what was published long before."""
    groups: dict[tuple[str, float], list[Statement]] = defaultdict(list)
    for said in ordered:
        state = states.get(said.figure_id)
        if state and state.series_id and said.kind == "result" and not said.is_change and not said.is_copy and said.as_of_from != "stated":
            groups[state.series_id, said.value].append(said)
    flags = []
    for group in groups.values():
        group.sort(key=lambda s: (s.reported_at, s.figure_id))
        for said in group[1:]:
            gap = said.reported_at - group[0].reported_at
            if gap >= RECYCLED_AFTER and said.value != 100:  # a full share stays full
                detail = f"{said.mention} = {group[0].mention} ({vietnam_day(group[0].reported_at):%d/%m/%Y})"
                flags.append(Flag(said.figure_id, said.article_id, "recycled", detail, group[0].figure_id))
    return flags


def _differing_copies(ordered: list[Statement]) -> list[Flag]:
    """A copy that gives another value for the same definition than its original."""
    originals: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for said in ordered:
        if not said.is_copy and said.metric_id:
            originals[said.cluster_id, said.metric_id].append(said)
    flags = []
    for said in ordered:
        known = originals.get((said.cluster_id, said.metric_id or ""), [])
        alike = [o for o in known if (o.unit, o.kind, o.is_change, o.due) == (said.unit, said.kind, said.is_change, said.due)]
        if said.is_copy and len(alike) == 1 and not agree(said, alike[0]):
            detail = f"{alike[0].mention} ≠ {said.mention}"
            flags.append(Flag(said.figure_id, said.article_id, "copy_differs", detail, alike[0].figure_id))
    return flags


def _show(value: float) -> str:
    """A number as Vietnamese newspapers write it."""
    return f"{value:,.10g}".translate(str.maketrans(",.", ".,"))
