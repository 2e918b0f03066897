"""Undoes the added accents of copy-protected portals.

The portals replace every unmarked vowel by a marked one of the same base, and d by đ, outside parentheses; letters that carry a
mark stay as they are. So a marked letter is right, or stands for its bare letter: for each syllable the few possible readings
are weighed by how the garbling makes such letters and by how likely the syllable is after the one before (a noisy channel).
"""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise, product

from r57monitor.models import Restored
from r57monitor.text.normalize import fold, normalize_tones
from r57monitor.text.syllables import SyllableModel, is_syllable, load_syllable_model

# Sound Vietnamese leaves 37 to 40 of 100 vowel letters unmarked, garbled text about 0: anything below this is garbled.
_UNMARKED_LIMIT = 0.10
_MIN_VOWELS = 30  # fewer vowels prove nothing alone: a short line is judged with the page it stands on
_ADDED = {"a": 7, "e": 7, "i": 5, "o": 7, "u": 6, "y": 5, "d": 1}  # how many marked letters the garbling chooses from
# A sound word that is changed hurts more than a garbled one that stays: the garbling is weighed as if it had more letters to choose from.
# On practice articles held out of the model this halves the sound words changed and costs no right ones.
_CAUTION = 1.5
_NOT_A_SYLLABLE = 16.0  # cost of leaving or baring a word that no reading makes Vietnamese
_MAX_READINGS = 96
_CODE = 3  # letters of a code; shorter ones look like words written in capitals

_PLAIN = "aeiouydAEIOUYD"
_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
_LETTERS = re.compile("[^\u0300-\u036f][\u0300-\u036f]*")
_PARENTHESES = re.compile(r"\([^()\n]{1,400}\)")
_STRAY = re.compile("[\u0300-\u036f]")
_CLAUSE_END = re.compile(r"[.!?;:,()\n\"“”…|]|\s[-–]\s")


@dataclass(frozen=True, slots=True)
class _Reading:
    letters: tuple[str, ...]
    syllable: str  # lower case, tones as placed today
    cost: float


def is_garbled(text: str) -> bool:
    """Whether at least one paragraph has its unmarked vowels replaced by marked ones.

    text: NFC or not, paragraphs separated by newlines. Parentheses do not count: the portals leave them alone.
    """
    return any(_is_garbled_paragraph(p) for p in text.split("\n"))


def restore(text: str, model: SyllableModel | None = None, *, of_garbled_page: bool = False) -> Restored:
    """The text with the added accents taken away where it is garbled; sound paragraphs and parentheses are left as they are.

    model: the shipped one when None. of_garbled_page: the text is known to stand on a garbled page (its title, a caption), so that
    lines too short to tell are read as garbled too. Restoring a restored text changes nothing. Never raises for a str.
    Source: measured on a copy-protected portal's page against its sound text; abbreviations go by list (data/abbreviations.toml).
    """
    model = model or load_syllable_model()
    has_garbled = of_garbled_page or is_garbled(text)
    has_strays = has_garbled and bool(_STRAY.search(unicodedata.normalize("NFC", text)))
    pieces: list[tuple[str, int, int]] = []  # restored letter(s), start and end in the original
    position = 0
    for paragraph in text.split("\n") if has_garbled else []:
        end = position + len(paragraph)
        if _is_garbled_paragraph(paragraph) or _is_garbled_line(paragraph):
            pieces.extend((new, position + a, position + b) for new, a, b in _restore_paragraph(paragraph, model, has_strays))
        position = end + 1
    return _join(text, pieces)


def _join(text: str, pieces: list[tuple[str, int, int]]) -> Restored:
    out: list[str] = []
    offsets: list[int] = []
    done = 0
    for new, start, end in pieces:
        out.append(text[done:start])
        offsets.extend(range(done, start))
        out.append(new)
        offsets.extend(min(start + i, end - 1) for i in range(len(new)))
        done = end
    out.append(text[done:])
    offsets.extend(range(done, len(text) + 1))
    return Restored(text="".join(out), offsets=tuple(offsets))


def _vowel_counts(paragraph: str) -> tuple[int, int]:
    """(unmarked, all) vowel letters outside parentheses."""
    text = unicodedata.normalize("NFC", paragraph)
    if "(" in text:
        text = _PARENTHESES.sub(" ", text)
    lowered = text.lower()
    plain = sum(map(lowered.count, "aeiouy"))
    if plain >= _UNMARKED_LIMIT * len(text):  # so many plain ones that the rest need no counting
        return plain, max(plain, 1)
    return plain, sum(map(fold(text).count, "aeiouy"))


def _is_garbled_paragraph(paragraph: str) -> bool:
    plain, vowels = _vowel_counts(paragraph)
    return vowels >= _MIN_VOWELS and plain < _UNMARKED_LIMIT * vowels


def _is_garbled_line(line: str) -> bool:
    """A short line of a garbled page: garbled too unless it keeps unmarked vowels."""
    plain, vowels = _vowel_counts(line)
    return 0 < vowels < _MIN_VOWELS and plain < _UNMARKED_LIMIT * vowels


def _restore_paragraph(paragraph: str, model: SyllableModel, has_strays: bool) -> Iterator[tuple[str, int, int]]:
    """(restored letter, start, end) of every letter that changes. has_strays: words of this page were typed with marks apart."""
    spared = [
        m.span() for m in _PARENTHESES.finditer(paragraph) if not _is_garbled_line(m.group()) and not _is_garbled_paragraph(m.group()[1:-1])
    ]
    words: list[tuple[str, int]] = []
    clause: list[tuple[_Reading, ...]] = []
    done = 0
    for token in _TOKEN.finditer(paragraph):
        if _CLAUSE_END.search(paragraph, done, token.start()):
            yield from _settle(words, clause, model)
            words, clause = [], []
        done = token.end()
        is_spared = any(a <= token.start() < b for a, b in spared)
        words.append((token.group(), token.start()))
        clause.append(_as_it_is(token.group()) if is_spared else _readings(token.group(), has_strays, model))
    yield from _settle(words, clause, model)


def _letters(word: str) -> list[str]:
    """The letters of a word, each with its combining marks."""
    return _LETTERS.findall(word)


def _as_it_is(word: str) -> tuple[_Reading, ...]:
    return (_Reading(tuple(_letters(word)), _key(word), 0.0),)


@lru_cache(maxsize=4096)
def _choices(letter: str, has_strays: bool) -> tuple[tuple[str, float], ...]:
    """What a letter may have been, with the cost of the garbling having made it."""
    if letter in "đĐ":
        return ((letter, 0.0), ("d" if letter == "đ" else "D", math.log(_CAUTION)))
    decomposed = unicodedata.normalize("NFD", letter)
    base, marks = decomposed[0], decomposed[1:]
    if not marks or base.lower() not in _ADDED:
        return ((letter, 0.0),)
    added = math.log(_CAUTION * _ADDED[base.lower()])
    if len(marks) == 1:
        return ((letter, 0.0), (base, added))
    # Two marks on one letter: typed decomposed and then garbled, so any one of them may be the added one.
    strayed = unicodedata.normalize("NFC", letter) != letter or len(unicodedata.normalize("NFC", letter)) > 1
    less = {unicodedata.normalize("NFC", base + marks[:i] + marks[i + 1 :]) for i in range(len(marks))}
    if strayed:
        return (*((choice, added) for choice in sorted(less)), (base, 3 * added))
    if has_strays:
        return ((letter, 0.0), *((choice, added + 3.0) for choice in sorted(less)))
    return ((letter, 0.0),)


@lru_cache(maxsize=20_000)
def _readings(word: str, has_strays: bool, model: SyllableModel) -> tuple[_Reading, ...]:
    """Every reading that is spelt like Vietnamese; else the abbreviation it stands for; else the bare letters.

    One unmarked vowel or d proves the whole word sound: the garbling spares none.
    """
    letters = _letters(word)
    if any(letter in _PLAIN for letter in letters):
        return _as_it_is(word)
    choices = [_choices(letter, has_strays) for letter in letters]
    count = math.prod(len(c) for c in choices)
    if count == 1:
        return _as_it_is(word)
    abbreviation = _abbreviation(word)
    if abbreviation:
        return (_Reading(tuple(abbreviation), abbreviation, 0.0),)
    found: list[_Reading] = []
    for choice in product(*choices) if count <= _MAX_READINGS else ():
        syllable = _key("".join(c for c, _ in choice))
        if syllable in model.costs or is_syllable(syllable):
            found.append(_Reading(tuple(c for c, _ in choice), syllable, sum(cost for _, cost in choice)))
    bare = tuple(c[-1][0] for c in choices)
    return tuple(found) or (_Reading(bare, _key("".join(bare)), _NOT_A_SYLLABLE),)


def _key(word: str) -> str:
    return normalize_tones(unicodedata.normalize("NFC", word)).lower().replace("ð", "đ")


def _settle(words: list[tuple[str, int]], clause: list[tuple[_Reading, ...]], model: SyllableModel) -> Iterator[tuple[str, int, int]]:
    """The likeliest reading of a clause (Viterbi over pairs of syllables), as (restored letter, start, end)."""
    if not clause:
        return
    table: list[list[tuple[float, int]]] = [[(r.cost + model.cost(None, r.syllable), -1) for r in clause[0]]]
    for (before, readings), (word, _) in zip(pairwise(clause), words[1:], strict=True):
        is_capital = word[0].isupper()
        ways = [(cost, i, model.pair_costs(before[i].syllable, is_capital)) for i, (cost, _) in enumerate(table[-1])]
        row: list[tuple[float, int]] = []
        for reading in readings:
            syllable = reading.syllable
            cost, origin = math.inf, 0
            for before_cost, i, seen in ways:
                step = seen.get(syllable)
                total = before_cost + (model.unpaired_cost(syllable) if step is None else step)
                if total < cost:
                    cost, origin = total, i
            row.append((cost + reading.cost, origin))
        table.append(row)
    index = min(range(len(table[-1])), key=lambda i: table[-1][i][0])
    chosen: list[_Reading] = []
    for position in range(len(clause) - 1, -1, -1):
        chosen.append(clause[position][index])
        index = table[position][index][1]
    for (word, start), reading in zip(words, reversed(chosen), strict=True):
        if len(word) == len(reading.letters) and word == "".join(reading.letters):
            continue
        for old, new in zip(_letters(word), reading.letters, strict=True):
            if new != old:
                yield new, start, start + len(old)
            start += len(old)


@lru_cache(maxsize=1)
def _abbreviations() -> dict[str, str]:
    """Folded form to spelling: the listed ones, and the codes of document numbers that are too long to be a word in capitals."""
    data = resources.files("r57monitor") / "data"
    raw = tomllib.loads((data / "documents.toml").read_text("utf-8"))
    codes = {*raw["kinds"], *raw["issuers"]["party"], *raw["issuers"]["state"]}
    words = tomllib.loads((data / "abbreviations.toml").read_text("utf-8"))["words"]
    return {fold(word): word for word in (*sorted(code for code in codes if len(code) >= _CODE), *words)}


def _abbreviation(word: str) -> str | None:
    """The spelling of an abbreviation that a garbled word in capitals stands for."""
    composed = unicodedata.normalize("NFC", word)
    spelling = _abbreviations().get(fold(composed))
    if spelling is None or len(spelling) != len(composed):
        return None
    same_case = all(a.isupper() == b.isupper() for a, b in zip(composed, spelling, strict=True))
    return spelling if same_case else None
