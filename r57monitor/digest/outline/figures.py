"""Parts with figures: newly reported ones, targets, conflicts. Results and targets never share a column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from r57monitor.digest.lines import FigureLine, Pair, TargetLine
from r57monitor.digest.model import Digest
from r57monitor.digest.outline.blocks import Block, Group, Heading, Inline, Paragraph, Run, Table
from r57monitor.digest.outline.words import columns, nothing, plain, proof, say, side_proof, strong, with_time
from r57monitor.digest.speech import WORDS, format_number

_DOCKET = ("reached", "fell_due", "due_soon")


def figures(digest: Digest) -> list[Block]:
    """Newly reported results, then targets, each group of lines over the one sentence that proves it."""
    result_columns = columns(("province", 13), ("metric", 24), ("result", 17), ("as_of", 15), ("against", 16), ("next_goal", 15))
    goal_columns = columns(("province", 15), ("metric", 30), ("goal", 21), ("due", 16), ("earlier_goal", 18))
    results = [Group(tuple(_result_row(f) for f in lines), *_evidence(lines)) for lines in same_proof(digest.results)]
    goals = [Group(tuple(_goal_row(f) for f in lines), *_evidence(lines)) for lines in same_proof(digest.targets)]
    return [
        Heading(1, WORDS("digest_heading.results")),
        Table("results", result_columns, tuple(results)) if results else nothing("no_results"),
        Heading(2, WORDS("digest_heading.goals")),
        Table("goals", goal_columns, tuple(goals)) if goals else nothing("no_goals"),
        *([Paragraph(plain(say("baseline", count=format_number(digest.baseline))), "note")] if digest.baseline else []),
    ]


def same_proof(lines: Sequence[FigureLine]) -> list[list[FigureLine]]:
    """Lines one after another that one sentence proves, together: the sentence is printed once."""
    return [list(group) for _, group in groupby(lines, key=lambda f: (f.province, f.article_id, f.sentence))]


def _evidence(lines: Sequence[FigureLine]) -> tuple[tuple[Inline, ...], str]:
    told = proof(lines[0], [f.mention for f in lines], [f.figure_id for f in lines])
    return (told,), "; ".join(dict.fromkeys(f.note for f in lines if f.note))


def _named(line: FigureLine) -> tuple[Inline, Inline]:
    metric = line.metric or say("no_metric")
    return plain(line.province or say("no_province")), plain(f"{metric} {say('change')}" if line.is_change else metric)


def _stated(line: FigureLine) -> Inline:
    return (Run(line.value, "strong"), Run(f" {WORDS.of('state', line.state)}", "quiet"))


def _result_row(line: FigureLine) -> tuple[Inline, ...]:
    return (*_named(line), _stated(line), *(plain(text) for text in (line.when or say("unknown"), line.against or "–", line.target or "–")))


def _goal_row(line: FigureLine) -> tuple[Inline, ...]:
    return (*_named(line), _stated(line), plain(line.when or say("unknown")), plain(line.against or "–"))


def targets(digest: Digest) -> list[Block]:
    """Targets stated otherwise than before, with both sentences; then those reached, fallen due and due soon."""
    blocks: list[Block] = [Heading(1, WORDS("digest_heading.moved"))]
    blocks.append(_pairs("moved", digest.moved, "earlier_goal", "now_goal") if digest.moved else nothing("no_moved"))
    number = 1
    for group in _DOCKET:
        lines = [line for line in digest.docket if line.group == group]
        if lines:
            number += 1
            blocks += [Heading(number, WORDS(f"digest_heading.{group}")), _docket(group, lines)]
    return blocks if number > 1 else [*blocks, nothing("no_docket")]


def conflicts(digest: Digest) -> list[Block]:
    """Two outlets, one day, two values: both sentences, neither chosen."""
    return [_pairs("conflicts", digest.conflicts, "first_source", "second_source")] if digest.conflicts else [nothing("no_conflicts")]


def _pairs(key: str, pairs: Iterable[Pair], first: str, second: str) -> Table:
    head = columns(("province", 18), ("metric", 30), (first, 26), (second, 26))
    groups = [
        Group(
            ((plain(p.province), plain(p.metric), with_time(p.earlier.value, p.earlier.when), with_time(p.later.value, p.later.when)),),
            (side_proof(p.earlier), side_proof(p.later)),
            p.note,
        )
        for p in pairs
    ]
    return Table(key, head, tuple(groups))


def _docket(key: str, lines: Iterable[TargetLine]) -> Table:
    head = columns(("province", 17), ("metric", 27), ("goal", 18), ("due", 15), ("latest_result", 23))
    groups = []
    for line in lines:
        if line.result is not None:
            answer = with_time(line.result.value, line.result.when)
        else:  # one of the states says itself that none was seen
            answer = () if line.status == "no_result_seen" else plain(f"{say('reached_no_result')};")
        status = (Run(f"{' ' if answer else ''}{WORDS.of('target_status', line.status)}", "quiet"),)
        row = (
            plain(line.province),
            plain(line.metric),
            strong(line.said.value),
            plain(line.said.when or say("unknown")),
            (*answer, *status),
        )
        evidence = [side_proof(side) for side in (line.said, line.result) if side and side.sentence]
        groups.append(Group((row,), tuple(evidence), line.note))
    return Table(key, head, tuple(groups))
