"""Sentences that report a difficulty in carrying out the resolution: found by data/difficulties.toml, quoted as they stand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from r57monitor.digest.items import rank_item
from r57monitor.digest.lines import Item, QuoteLine
from r57monitor.text.segment import find_sentences

MOST = 40  # sentences of one digest, those of the most notable texts
_MOST_A_TEXT = 2
_LONGEST = 500  # characters; what is longer is a list without full stops
_BEFORE = 40  # characters before a cue in which a remedy makes it none


@dataclass(frozen=True, slots=True)
class Cues:
    """The patterns of the data file. signs: folded words one of which a text must hold."""

    signs: tuple[str, ...]
    cue: re.Pattern[str]
    remedy: re.Pattern[str]
    solved: re.Pattern[str]
    deadline: re.Pattern[str]
    topic: re.Pattern[str]


@lru_cache(maxsize=1)
def load_cues() -> Cues:
    """Cues from data/difficulties.toml."""
    raw = tomllib.loads((resources.files("r57monitor") / "data" / "difficulties.toml").read_text("utf-8"))

    def words(key: str, end: str = r"(?!\w)") -> re.Pattern[str]:
        return re.compile(r"(?<!\w)(?:" + "|".join(raw[key]) + ")" + end)

    return Cues(
        signs=tuple(raw["signs"]),
        cue=words("cues"),
        remedy=words("remedies", r"(?:[ ,]+\w+){0,3}[ ,]*$"),
        solved=words("solved"),
        deadline=words("deadlines"),
        topic=words("topics"),
    )


def find_difficulties(text: str) -> list[tuple[int, str, str]]:
    """(start, sentence, cue) of the sentences of a text that report a difficulty, the first two. Never raises for a str."""
    cues = load_cues()
    found: list[tuple[int, str, str]] = []
    before = ""
    for start, end in find_sentences(text):
        sentence = text[start:end]
        lowered = sentence.lower()
        cue = _find_cue(lowered, cues) if _is_prose(sentence) else None
        if cue and (cues.topic.search(lowered) or cues.topic.search(before)):
            found.append((start, sentence, cue))
            if len(found) == _MOST_A_TEXT:
                break
        before = lowered
    return found


def _is_prose(sentence: str) -> bool:
    """No row of a table, no line that only opens a list, none that is a list without full stops."""
    return len(sentence) <= _LONGEST and "|" not in sentence and not sentence.endswith((":", ";"))


def _find_cue(lowered: str, cues: Cues) -> str | None:
    for match in cues.cue.finditer(lowered):
        lead = lowered[max(0, match.start() - _BEFORE) : match.start()]
        if cues.remedy.search(lead) or cues.solved.search(lowered, match.end()) or cues.deadline.match(lowered, match.start()):
            continue
        return match[0]
    return None


def list_difficulties(texts: Iterable[Mapping[str, Any]], items: Sequence[Item], order: Sequence[str]) -> tuple[QuoteLine, ...]:
    """Sentences of the texts of `items`, by province in official order; at most MOST, those of the most notable texts.

    texts: rows with article_id and text (restored where it was garbled). One text is quoted once, whatever its copies say.
    """
    by_id = {item.article_id: item for item in items}
    place = {name: number for number, name in enumerate(order)}
    found: list[tuple[Item, QuoteLine]] = []
    for row in texts:
        item = by_id.get(row["article_id"])
        if item is not None:
            found.extend((item, _quote(item, start, sentence, cue)) for start, sentence, cue in find_difficulties(row["text"]))
    found.sort(key=lambda pair: (rank_item(pair[0]), pair[1].start))
    kept = [line for _, line in found[:MOST]]
    return tuple(sorted(kept, key=lambda q: (place.get(q.provinces_now[0], 0) if q.provinces_now else -1, q.article_id, q.start)))


def _quote(item: Item, start: int, sentence: str, cue: str) -> QuoteLine:
    return QuoteLine(
        article_id=item.article_id,
        start=start,
        provinces=item.provinces,
        provinces_now=item.provinces_now,
        cue=cue,
        sentence=sentence,
        outlet=item.outlet,
        url=item.url,
        title=item.title,
        day=item.day,
    )
