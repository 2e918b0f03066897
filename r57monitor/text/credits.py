"""Whether a text says of itself that it was taken over from another outlet."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from r57monitor.text.normalize import fold

_MOST_WORDS = 14  # a credit line is short; "Theo …" also begins ordinary sentences
_LAST_LINES = 2


@dataclass(frozen=True, slots=True)
class _Agency:
    bracketed: re.Pattern[str]
    named: re.Pattern[str]
    sources: frozenset[str]  # its own outlets

    def is_named_alone(self, end: str) -> bool:
        """In brackets, or as all that stands on the line."""
        return bool(self.bracketed.search(end) or self.named.fullmatch(end))


@dataclass(frozen=True, slots=True)
class _Rules:
    credit: re.Pattern[str]
    ordinary: re.Pattern[str]
    agencies: tuple[_Agency, ...]


def has_credit_line(text: str, source_id: str = "") -> bool:
    """Whether the first line or one of the last two credits another outlet: "Theo …", "Nguồn: …", "Hà Nội (TTXVN) - …", "TTXVN".

    source_id: of the outlet that prints it; an agency's own outlets take nothing over by bearing its name.
    Cases: test_credits.py.
    """
    ends, rules = _ends_of(text), _rules()
    own = [agency for agency in rules.agencies if source_id in agency.sources]
    if any(agency.is_named_alone(end) for end in ends for agency in rules.agencies if agency not in own):
        return True
    return any(_opens_credit(end, rules) and not any(agency.named.search(end) for agency in own) for end in ends)


def find_credited(text: str, source_id: str = "") -> list[str]:
    """Ids of the sources of the news agencies that those lines name as the origin, in order; none for an agency's own outlet."""
    ends, rules = _ends_of(text), _rules()
    others = [agency for agency in rules.agencies if source_id not in agency.sources]
    named = [a for a in others if any(a.is_named_alone(e) or (_opens_credit(e, rules) and a.named.search(e)) for e in ends)]
    return sorted({source for agency in named for source in agency.sources})


def _ends_of(text: str) -> list[str]:
    lines = [line for line in text.split("\n") if line.strip()]
    return [fold(line) for line in (*lines[:1], *lines[1:][-_LAST_LINES:])]


def _opens_credit(folded: str, rules: _Rules) -> bool:
    return len(folded.split()) <= _MOST_WORDS and bool(rules.credit.match(folded)) and not rules.ordinary.match(folded)


@cache
def _rules() -> _Rules:
    data = tomllib.loads((resources.files("r57monitor") / "data" / "credits.toml").read_text("utf-8"))
    openings, before_colon, ordinary = (_one_of(data[name]) for name in ("openings", "before_colon", "ordinary"))
    agencies = []
    for agency in data["agency"]:
        names = _one_of(agency["names"])
        bracketed = re.compile(rf"\((?:theo |nguon:? |pv )?{names}(?:\s*[/,-][^()]{{0,30}})?\)")
        agencies.append(_Agency(bracketed, re.compile(rf"\W*(?:[\w .]{{0,40}}/\s*)?{names}\W*"), frozenset(agency["sources"])))
    return _Rules(
        re.compile(rf"\W*(?:{openings}\b\s*[:.]?|{before_colon}\s*:)\s*\S"), re.compile(rf"\W*theo {ordinary}\b"), tuple(agencies)
    )


def _one_of(words: list[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"
