"""Lines and blocks of a page that are not its article: counters, tools, comment forms, lists of other articles, repeats."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from r57monitor.text.normalize import fold

_REPEATED_LENGTH = 30  # a block this long that comes twice is a preview or an image text; shorter ones may be table rows
_CHROME_REPEATS = 3  # a short line without a sentence that comes this often is a widget's
_SHORT_LINE = 60
_LONG_LINE = 220  # no line of chrome is longer
_TAIL_SHARE = 0.35  # after a heading like "Tin liên quan" at most this share of the prose may follow, or it is no tail
_COUNT = re.compile(r"\s*\(?\d+\)?$")
_END_MARKS = ".!?;:…”\"'»)"


@dataclass(frozen=True, slots=True)
class BoilerplateRules:
    """data/boilerplate.toml, compiled."""

    block_names: re.Pattern[str]
    kept_names: frozenset[str]
    roles: frozenset[str]
    tail_headings: frozenset[str]
    tail: re.Pattern[str]
    inline_headings: frozenset[str]
    line: re.Pattern[str]
    edge: re.Pattern[str]
    prefix: re.Pattern[str]
    skipped_tags: frozenset[str]
    inline_tags: frozenset[str]


@cache
def load_boilerplate() -> BoilerplateRules:
    """The rules that come with the package; they never change while the program runs."""
    data = tomllib.loads((resources.files("r57monitor") / "data" / "boilerplate.toml").read_text("utf-8"))
    blocks, headings, lines = data["blocks"], data["headings"], data["lines"]
    names = "|".join(sorted({re.escape(name) for name in blocks["names"]}, key=len, reverse=True))
    return BoilerplateRules(
        block_names=re.compile(rf"(?:^|[ -])(?:{names})(?=$|[ -])"),
        kept_names=frozenset(blocks["kept"]),
        roles=frozenset(blocks["roles"]),
        tail_headings=frozenset(headings["tail"]),
        tail=re.compile("|".join(f"(?:{p})" for p in headings["tail_patterns"])),
        inline_headings=frozenset(headings["inline"]),
        line=re.compile("|".join(f"(?:{p})" for p in lines["patterns"])),
        edge=re.compile("|".join(f"(?:{p})" for p in lines["edge"])),
        prefix=re.compile("|".join(f"(?:{p})" for p in lines["prefixes"])),
        skipped_tags=frozenset(data["tags"]["skipped"]),
        inline_tags=frozenset(data["tags"]["inline"]),
    )


@lru_cache(maxsize=512)  # the lines of one page
def line_key(line: str) -> str:
    """The form that lines are compared in: folded, one blank between words, without marks and bullets around."""
    return " ".join(fold(line).split()).strip(" .:;,|-–—>»«<*•·…[]()")


@lru_cache(maxsize=512)
def is_chrome_line(line: str) -> bool:
    """Whether a whole line is a counter, a tool, a form, a template variable or the like. Works on garbled text."""
    if len(line) > _LONG_LINE:
        return False
    folded = " ".join(fold(line).split()).strip(" |•·-*>»")
    return not folded or bool(load_boilerplate().line.fullmatch(folded))


def is_tail_heading(line: str) -> bool:
    """Whether a line announces other articles, comments or counters, and nothing of this article."""
    return len(line) <= _SHORT_LINE and (_heading_key(line) in load_boilerplate().tail_headings or _announces_others(line))


def _heading_key(line: str) -> str:
    return _COUNT.sub("", line_key(line))


def _announces_others(line: str) -> bool:
    """Whether a short line has the form of a heading of other articles or comments: "Các bài viết khác", "Bình luận (2)"."""
    return len(line) <= _SHORT_LINE and line[-1] not in ".;,!" and bool(load_boilerplate().tail.fullmatch(_heading_key(line)))


def is_inline_heading(line: str) -> bool:
    """Whether a line announces a few links within an article ("Xem thêm")."""
    return len(line) <= _SHORT_LINE and line_key(line) in load_boilerplate().inline_headings


def is_sentence(line: str) -> bool:
    """Whether a line reads as prose: long enough, or ended like a sentence."""
    return len(line) >= 120 or (len(line) >= 45 and line.rstrip()[-1:] in ".!?…”:;")


def clean_lines(lines: Sequence[str], title: str | None = None) -> list[str]:
    """The article's lines: chrome, repeats, the headline itself and lists of other articles taken out.

    lines: normalized, in page order, without empty ones; table rows as "a | b". title: the headline, dropped where a line repeats it.
    Doing it twice changes nothing more.
    """
    rules = load_boilerplate()
    kept = [line for line in (_cut_prefix(line, rules) for line in lines) if line and (_announces_others(line) or not is_chrome_line(line))]
    kept = _cut_tail(_drop_inline_lists(kept))
    kept = _drop_repeats(kept, line_key(title) if title else "")
    return _trim_edges(kept, rules)


def _cut_prefix(line: str, rules: BoilerplateRules) -> str:
    match = rules.prefix.match(fold(line))
    return line[match.end() :] if match else line


def _cut_tail(lines: list[str]) -> list[str]:
    """Everything from a heading of other articles on, where little prose follows it; else the heading and its short lines."""
    total = sum(len(line) for line in lines if is_sentence(line)) or 1
    index = 0
    before = 0
    while index < len(lines):
        line = lines[index]
        if is_tail_heading(line):
            after = sum(len(rest) for rest in lines[index + 1 :] if is_sentence(rest))
            if before and (after <= _TAIL_SHARE * total or not _prose_resumes(lines, index + 1)):
                return lines[:index]
            end = index + 1
            while end < len(lines) and not is_sentence(lines[end]) and end - index <= 12:
                end += 1
            lines = lines[:index] + lines[end:]
            continue
        before += len(line) if is_sentence(line) else 0
        index += 1
    return lines


def _prose_resumes(lines: list[str], start: int) -> bool:
    run = 0
    for line in lines[start:]:
        run = run + 1 if is_sentence(line) and not line.rstrip().endswith(("...", "…")) else 0
        if run == 2:
            return True
    return False


def _drop_inline_lists(lines: list[str]) -> list[str]:
    kept: list[str] = []
    skipping = 0
    for line in lines:
        if is_inline_heading(line):
            skipping = 6
            continue
        if skipping and not is_sentence(line):
            skipping -= 1
            continue
        skipping = 0
        kept.append(line)
    return kept


def _drop_repeats(lines: list[str], title_key: str) -> list[str]:
    """Without the headline, short lines that come again and again, and blocks that are there a second time (a preview, an image text).

    Short lines go only as part of a run of repeats that holds a long one: equal table rows and cross-heads are no copies.
    """
    keys = [line_key(line) for line in lines]
    counts: dict[str, int] = {}
    again = []
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
        again.append(counts[key] > 1)
    dropped = {n for n, key in enumerate(keys) if title_key and key == title_key}
    start = 0
    for end in range(len(lines) + 1):
        if end < len(lines) and again[end]:
            continue
        if any(len(line) >= _REPEATED_LENGTH for line in lines[start:end]):
            dropped.update(range(start, end))
        start = end + 1
    for n, line in enumerate(lines):
        if counts[keys[n]] >= _CHROME_REPEATS and len(line) <= _SHORT_LINE and line[-1] not in ".;:" and " | " not in line:
            dropped.add(n)
    return [line for n, line in enumerate(lines) if n not in dropped]


def _trim_edges(lines: list[str], rules: BoilerplateRules) -> list[str]:
    start, end = 0, len(lines)

    def is_edge(line: str) -> bool:
        return (len(line) <= _SHORT_LINE * 2 and bool(rules.edge.fullmatch(" ".join(fold(line).split())))) or is_tail_heading(line)

    while end > start and is_edge(lines[end - 1]):
        end -= 1
    while start < end and is_edge(lines[start]):
        start += 1
    return lines[start:end]
