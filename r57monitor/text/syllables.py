"""What a Vietnamese syllable may look like, and how likely one is after another."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ONSET = r"(?:ngh|ng|gh|gi|kh|nh|ph|qu|th|tr|ch|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x)?"
# Vowel nuclei with their codas, after the tone is taken away.
_RIME = (
    r"(?:a(?:ch|nh|ng|[cmnptiouy])?|ă(?:ng|[cmnptk])|â(?:ng|[cmnptuy])|e(?:ng|[cmnpto])?|ê(?:ch|nh|[mnptu])?|i(?:ch|nh|[mnptau])?|o(?:ng|[cmnpti])?|ô(?:ng|[cmnpti])?"
    r"|ơ(?:[mnpti])?|u(?:ng|[cmnptiay])?|ư(?:ng|[cmntiua])?|y(?:nh|ch|t|m)?"
    r"|iê(?:ng|[cmnptu])|yê(?:ng|[mntu])|oa(?:ch|nh|ng|[cmnptioy])?|oă(?:ng|[cmnt])|oe(?:n|t|o|ng)?|oong|ooc|ôông|uâ(?:ng|[nty])|uê(?:ch|nh)?|uơ|uô(?:ng|[cmnti])"
    r"|uy(?:ch|nh|[tpnau])?|uyê(?:n|t)|ươ(?:ng|[cmnptiu])|ua|ưa|ia|uya|uyu|ue(?:n|t|o)?|uă(?:ng|c|n|t)|ươu)"
)
_SYLLABLE = re.compile(rf"{_ONSET}{_RIME}")
_STOPPED = re.compile(r"(?:ch|[cpt])$")
# Where the tone may stand: on the marked vowel, else by the shape of the rime (checked on the toned letter's base).
_HATTED = re.compile(r"[ăâêôơư]")

_OWN, _WORD_PAIR = 0.4, 0.15  # weights of a pair seen in the articles, and of one within a word of the word list
_FLATTEN = 0.5  # the word list knows no frequencies: its words count by those of their second syllable, flattened
_UNKNOWN = 1.5e-7  # share of a syllable that may exist and was never seen


@cache
def is_syllable(syllable: str) -> bool:
    """Whether a lower-case NFC string is spelt like a Vietnamese syllable: known parts, one tone at most, on a letter that may bear it."""
    decomposed = unicodedata.normalize("NFD", syllable)
    tones = [i for i, c in enumerate(decomposed) if c in _TONES]
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    if not _SYLLABLE.fullmatch(bare) or (bare[0] == "k" and bare[1:2] not in {"h", "i", "e", "ê", "y"}):
        return False
    if bare[0] == "c" and bare[1:2] in {"i", "e", "ê", "y"}:
        return False
    stopped = bool(_STOPPED.search(bare)) and len(bare) > 1
    if not tones:
        return not stopped
    if stopped and decomposed[tones[0]] not in "\u0301\u0323":
        return False
    return _tone_place(bare) == _toned_index(syllable)


def _toned_index(syllable: str) -> int:
    return next(i for i, c in enumerate(syllable) if any(m in _TONES for m in unicodedata.normalize("NFD", c)))


def _tone_place(bare: str) -> int:
    """Index of the letter that bears the tone, in today's placement (hòa, thủy, quý, già)."""
    hatted = [m.start() for m in _HATTED.finditer(bare)]
    if hatted:
        return hatted[-1]
    start = 0
    if bare.startswith("qu") or (bare.startswith("gi") and len(bare) > 2 and bare[2] in "aeouy"):
        start = 2
    vowels = [i for i in range(start, len(bare)) if bare[i] in "aeiouy"]
    if not vowels:
        vowels = [i for i, c in enumerate(bare) if c in "aeiouy"]
    if len(vowels) == 1:
        return vowels[0]
    closed = vowels[-1] < len(bare) - 1
    return vowels[1] if len(vowels) == 3 or closed else vowels[0]


class SyllableModel:
    """How likely a syllable is, alone and after another: interpolated from frequencies and pairs."""

    def __init__(self, costs: dict[str, float], pairs: dict[tuple[str, str], tuple[int, bool, bool]]) -> None:
        """costs: -log of each syllable's share. pairs: (count in our own texts, is within a word, is only ever a name's)."""
        self.costs = costs
        self._pairs: dict[str, dict[str, tuple[int, bool, bool]]] = {}
        self._pair_costs: dict[tuple[str, bool], dict[str, float]] = {}
        self._unpaired: dict[str, float] = {}
        self._shares = {syllable: math.exp(-cost) for syllable, cost in costs.items()}
        self._followers: dict[str, int] = {}
        self._words: dict[str, float] = {}
        for (first, second), (count, in_word, is_name) in pairs.items():
            self._pairs.setdefault(first, {})[second] = count, in_word, is_name
            self._followers[first] = self._followers.get(first, 0) + count
            self._words[first] = self._words.get(first, 0.0) + (self.share(second) ** _FLATTEN if in_word else 0.0)

    def share(self, syllable: str) -> float:
        """Share of the syllable among all; a tiny one when it was never seen."""
        return self._shares.get(syllable, _UNKNOWN)

    def cost(self, previous: str | None, syllable: str, is_capital: bool = True) -> float:
        """Negative logarithm of the syllable's likelihood after `previous` (None at the start of a clause).

        is_capital: whether it is written with a capital letter; without one, what is known from names alone says nothing.
        """
        if previous is None:
            return -math.log(self.share(syllable))
        cost = self.pair_costs(previous, is_capital).get(syllable)
        return self.unpaired_cost(syllable) if cost is None else cost

    def unpaired_cost(self, syllable: str) -> float:
        """The cost of a syllable after one that it was never seen after."""
        cost = self._unpaired.get(syllable)
        if cost is None:
            cost = self._unpaired[syllable] = -math.log((1 - _OWN - _WORD_PAIR) * self.share(syllable))
        return cost

    def pair_costs(self, previous: str, is_capital: bool = True) -> dict[str, float]:
        """The costs of all syllables that were seen after `previous`; is_capital as in cost()."""
        costs = self._pair_costs.get((previous, is_capital))
        if costs is None:
            costs = self._pair_costs[previous, is_capital] = {
                syllable: self._pair_cost(previous, syllable, count, in_word)
                for syllable, (count, in_word, is_name) in self._pairs.get(previous, {}).items()
                if is_capital or not is_name
            }
        return costs

    def _pair_cost(self, previous: str, syllable: str, count: int, in_word: bool) -> float:
        alone = self.share(syllable)
        own = count / (self._followers[previous] + 2.0)
        word = (alone**_FLATTEN / self._words[previous]) if in_word else 0.0
        return -math.log(_OWN * own + _WORD_PAIR * word + (1 - _OWN - _WORD_PAIR) * alone)


@lru_cache(maxsize=1)
def load_syllable_model() -> SyllableModel:
    """The shipped model (data/syllables.tsv, data/syllable_pairs.tsv)."""
    folder = resources.files("r57monitor") / "data"
    return parse_syllable_model((folder / "syllables.tsv").read_text("utf-8"), (folder / "syllable_pairs.tsv").read_text("utf-8"))


def parse_syllable_model(frequencies: str, table: str) -> SyllableModel:
    """A model from the texts of the two files."""
    costs: dict[str, float] = {}
    for line in frequencies.splitlines():
        if not line.startswith("#"):
            syllable, cost = line.split("\t")
            costs[syllable] = int(cost) / 100
    pairs: dict[tuple[str, str], tuple[int, bool, bool]] = {}
    for line in table.splitlines():
        if line.startswith("#"):
            continue
        first, seconds = line.split("\t")
        for entry in seconds.split(" "):
            second, _, count = entry.rstrip("!^").partition(":")
            pairs[first, second] = (int(count or 0), not entry.endswith("!"), "^" in entry)
    return SyllableModel(costs, pairs)
