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
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from itertools import product
from typing import NamedTuple

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
_NO_PLAIN_VOWEL = bytes(code for code in range(256) if chr(code) not in "aeiouyAEIOUY")
_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
_LETTERS = re.compile("[^\u0300-\u036f][\u0300-\u036f]*")
_PARENTHESES = re.compile(r"\([^()\n]{1,400}\)")
_STRAY = re.compile("[\u0300-\u036f]")
_PIECE = re.compile(rf"(?P<word>{_TOKEN.pattern})|[.!?;:,()\n\"“”…|]|\s[-–]\s")  # a word, or what ends a clause


_Piece = tuple[str, int, int]  # restored letters, and where those they stand for begin and end in the original


class _Reading(NamedTuple):
    letters: tuple[str, ...]
    word: str  # the same in one
    syllable: str  # lower case, tones as placed today
    cost: float
    unpaired: float  # of the syllable after one that it was never seen after
    followers: tuple[dict[str, float], dict[str, float]]  # costs of the syllables seen after it: of small ones, of those with a capital


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
    paragraphs = text.split("\n")
    garbled = list(map(_is_garbled_paragraph, paragraphs))
    has_garbled = of_garbled_page or any(garbled)
    has_strays = has_garbled and bool(_STRAY.search(unicodedata.normalize("NFC", text)))
    pieces: list[_Piece] = []
    position = 0
    for paragraph, is_sure in zip(paragraphs, garbled, strict=True) if has_garbled else ():
        if is_sure or _is_garbled_line(paragraph):
            _restore_paragraph(paragraph, model, has_strays, position, pieces)
        position += len(paragraph) + 1
    return _join(text, pieces)


def _join(text: str, pieces: list[_Piece]) -> Restored:
    out: list[str] = []
    done = 0
    for new, start, end in pieces:
        out.append(text[done:start])
        out.append(new)
        done = end
    out.append(text[done:])
    restored = "".join(out)
    if all(len(new) == end - start for new, start, end in pieces):  # every letter stands where it stood
        return Restored(text=restored, offsets=tuple(range(len(text) + 1)))
    return Restored(text=restored, offsets=_offsets(pieces, len(text)))


def _offsets(pieces: list[_Piece], length: int) -> tuple[int, ...]:
    """The place in a text of this length that each letter stands for once the pieces are put in."""
    offsets: list[int] = []
    done = 0
    for new, start, end in pieces:
        offsets.extend(range(done, start))
        offsets.extend(range(start, end) if len(new) == end - start else [min(start + i, end - 1) for i in range(len(new))])
        done = end
    offsets.extend(range(done, length + 1))
    return tuple(offsets)


def _vowel_counts(paragraph: str) -> tuple[int, int]:
    """(unmarked, all) vowel letters outside parentheses."""
    text = unicodedata.normalize("NFC", paragraph)
    if "(" in text:
        text = _PARENTHESES.sub(" ", text)
    plain = len(text.encode("ascii", "ignore").translate(None, _NO_PLAIN_VOWEL))
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


def _restore_paragraph(paragraph: str, model: SyllableModel, has_strays: bool, begin: int, pieces: list[_Piece]) -> None:
    """Adds what changes in a paragraph that begins at `begin`. has_strays: words of this page were typed with marks apart."""
    spared = [
        m.span() for m in _PARENTHESES.finditer(paragraph) if not _is_garbled_line(m.group()) and not _is_garbled_paragraph(m.group()[1:-1])
    ]
    words: list[tuple[str, int]] = []
    clause: list[tuple[_Reading, ...]] = []
    for piece in _PIECE.finditer(paragraph):
        word = piece[1]
        if word is None:
            if words:
                _settle(words, clause, model, pieces)
                words, clause = [], []
            continue
        start = piece.start()
        is_spared = bool(spared) and any(a <= start < b for a, b in spared)
        words.append((word, begin + start))
        clause.append(_as_it_is(word, model) if is_spared else _readings(word, has_strays, model))
    if words:
        _settle(words, clause, model, pieces)


def _letters(word: str) -> list[str]:
    """The letters of a word, each with its combining marks."""
    return list(word) if word.isalpha() else _LETTERS.findall(word)  # a combining mark is no letter


def _read_as(letters: Sequence[str], syllable: str, cost: float, model: SyllableModel) -> _Reading:
    followers = model.pair_costs(syllable, False), model.pair_costs(syllable, True)
    return _Reading(tuple(letters), "".join(letters), syllable, cost, model.unpaired_cost(syllable), followers)


@lru_cache(maxsize=4096)
def _as_it_is(word: str, model: SyllableModel) -> tuple[_Reading, ...]:
    return (_read_as(_letters(word), _key(word), 0.0, model),)


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
        return _as_it_is(word, model)
    choices = [_choices(letter, has_strays) for letter in letters]
    count = math.prod(len(c) for c in choices)
    if count == 1:
        return _as_it_is(word, model)
    abbreviation = _abbreviation(word)
    if abbreviation:
        return (_read_as(abbreviation, abbreviation, 0.0, model),)
    found: list[_Reading] = []
    for choice in product(*choices) if count <= _MAX_READINGS else ():
        syllable = _key("".join(c for c, _ in choice))
        if syllable in model.costs or is_syllable(syllable):
            found.append(_read_as([c for c, _ in choice], syllable, sum(cost for _, cost in choice), model))
    bare = tuple(c[-1][0] for c in choices)
    return tuple(found) or (_read_as(bare, _key("".join(bare)), _NOT_A_SYLLABLE, model),)


def _key(word: str) -> str:
    return normalize_tones(unicodedata.normalize("NFC", word)).lower().replace("ð", "đ")


def _settle(words: list[tuple[str, int]], clause: list[tuple[_Reading, ...]], model: SyllableModel, pieces: list[_Piece]) -> None:
    """Adds what the likeliest reading of a clause changes (Viterbi over pairs of syllables)."""
    costs = [r.cost + model.cost(None, r.syllable) for r in clause[0]]
    origins: list[list[int]] = []  # of each reading but those of the first word, which reading of the word before leads to it
    before = clause[0]
    for place in range(1, len(clause)):
        readings = clause[place]
        is_capital = words[place][0][0].isupper()
        costs, origin = _extend(costs, [r.followers[is_capital] for r in before], readings)
        origins.append(origin)
        before = readings
    index = costs.index(min(costs))
    chosen = [clause[-1][index]]
    for origin, readings in zip(reversed(origins), reversed(clause[:-1]), strict=True):
        index = origin[index]
        chosen.append(readings[index])
    for (word, start), reading in zip(words, reversed(chosen), strict=True):
        if len(word) == len(reading.letters) == len(reading.word):  # letter by letter
            if word != reading.word:
                pieces.append((reading.word, start, start + len(word)))
            continue
        for old, new in zip(_letters(word), reading.letters, strict=True):
            if new != old:
                pieces.append((new, start, start + len(old)))
            start += len(old)


def _extend(costs: list[float], seen: list[dict[str, float]], readings: tuple[_Reading, ...]) -> tuple[list[float], list[int]]:
    """The least cost of each reading of a word and the number of the way that has it.

    costs, seen: of each reading of the word before, its cost and the costs of the syllables that were seen after it.
    """
    if len(costs) == 1:
        only, after = costs[0], seen[0].get
        return [only + after(syllable, unpaired) + own for _, _, syllable, own, unpaired, _ in readings], [0] * len(readings)
    extended: list[float] = []
    origin: list[int] = []
    first, after_first, second, after_second = costs[0], seen[0].get, costs[1], seen[1].get
    for _, _, syllable, own, unpaired, _ in readings:
        least, other, best = first + after_first(syllable, unpaired), second + after_second(syllable, unpaired), 0
        if other < least:
            least, best = other, 1
        for number in range(2, len(costs)):  # most words may be read in two ways at most
            total = costs[number] + seen[number].get(syllable, unpaired)
            if total < least:
                least, best = total, number
        extended.append(least + own)
        origin.append(best)
    return extended, origin


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
