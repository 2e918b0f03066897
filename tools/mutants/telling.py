"""The report: how many of the drawn changes the tests noticed, with the interval that drawing leaves; file by file, and what was missed."""

from __future__ import annotations

from collections import defaultdict
from math import sqrt
from typing import Any

_Z = 1.959964  # 95 %
_LONGEST = 150


def interval(share: float, tried: float) -> tuple[float, float]:
    """Wilson's interval of a share seen in `tried` draws."""
    middle = (share + _Z**2 / (2 * tried)) / (1 + _Z**2 / tried)
    half = _Z / (1 + _Z**2 / tried) * sqrt(share * (1 - share) / tried + _Z**2 / (4 * tried**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def by_file(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The tried changes of each file, in the files' order."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["path"]].append(row)
    return dict(sorted(found.items()))


def share_noticed(rows: list[dict[str, Any]]) -> float:
    """The share of `rows` that a test noticed."""
    return sum(row["outcome"] == "noticed" for row in rows) / len(rows)


def overall(rows: list[dict[str, Any]]) -> tuple[float, float, float]:
    """(share, low, high) of all changes there are: each file weighs by its number of changes, whatever share of them was drawn."""
    files = by_file(rows)
    total = sum(group[0]["of"] for group in files.values())
    share = sum(group[0]["of"] / total * share_noticed(group) for group in files.values())
    variance = 0.0
    for group in files.values():
        smoothed = (share_noticed(group) * len(group) + 1) / (len(group) + 2)  # a file whose draws agree is not certain for that
        variance += (group[0]["of"] / total) ** 2 * smoothed * (1 - smoothed) / len(group)
    return share, *interval(share, share * (1 - share) / variance if 0 < share < 1 else len(rows))


def render(rows: list[dict[str, Any]], seed: int, version: str, day: str) -> str:
    """docs/mutants.md."""
    share, low, high = overall(rows)
    files = by_file(rows)
    changes = sum(group[0]["of"] for group in files.values())
    lines = [
        "# Do the tests notice a change?",
        "",
        "Written by `make mutants`. Each change is one of those that mutmut makes in a function: another comparison, another number,",
        "a word in other letters, an argument left out. It is tried by the tests of reading that run its line, quickest first, for at",
        "most 8 s of their own time. A change that no test notices is a gap in the tests, or changes nothing.",
        "",
        f"**{share:.0%} noticed** (95 % confidence: {low:.0%} to {high:.0%}): {len(rows)} changes drawn by chance (seed {seed})",
        f"of the {changes:,} in {len(files)} files. {version}, {day}.",
        "",
        "| file | changes there are | tried | noticed | interval |",
        "|---|---:|---:|---:|---|",
    ]
    for path, group in files.items():
        bottom, top = interval(share_noticed(group), len(group))
        name = path.removeprefix("r57monitor/")
        lines.append(f"| `{name}` | {group[0]['of']} | {len(group)} | {share_noticed(group):.0%} | {bottom:.0%} to {top:.0%} |")
    lines += [
        "",
        "## What no test noticed",
        "",
        'The changed line, as it would have been. `make mutants ARGS="--only text/dates.py"` tries more of one file.',
        "",
    ]
    for row in rows:
        if row["outcome"] != "noticed":
            changed = next((line[1:].strip() for line in row["shown"].splitlines() if line.startswith("+")), "(a line less)")
            short = changed if len(changed) <= _LONGEST else changed[:_LONGEST] + "…"
            lines.append(f"- `{row['path'].removeprefix('r57monitor/')}`, `{row['function'] or 'class'}`: ``{short}``")
    return "\n".join(lines) + "\n"
