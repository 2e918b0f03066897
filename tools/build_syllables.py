"""Builds data/syllables.tsv and data/syllable_pairs.tsv, from which garbled text is restored.

Not needed to run the program. Sources, none of which is in the repository:
- Vietnamese frequencies of the Python package wordfreq (data under CC BY-SA 4.0);
- the word list Viet74K of the Python package underthesea (Apache 2.0): pairs of syllables within words;
- the practice web's own articles (r57monitor/practice/articles), the phrases of the data files, set_phrases.txt beside this script and
  the gazetteer: pairs and frequencies of this field. A pair that only ever ends in a capital letter is marked as a name's.

Usage: python tools/build_syllables.py VIET74K_TXT  (in an environment with wordfreq)
"""

from __future__ import annotations

import math
import re
import sys
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from r57monitor.gazetteer import load_gazetteer  # noqa: E402
from r57monitor.text.normalize import normalize_tones  # noqa: E402
from r57monitor.text.syllables import is_syllable  # noqa: E402

OWN_SHARE = 0.5  # weight of the practice articles in the frequencies
HEADER = (
    "# Derived from wordfreq (CC BY-SA 4.0, Robyn Speer) and Viet74K as in underthesea (Apache 2.0), and from the project's own articles.\n"
    "# This file is under CC BY-SA 4.0. Made by tools/build_syllables.py.\n"
)


def _syllables(text: str) -> list[str]:
    return [word.lower() for word in _words(text)]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", normalize_tones(unicodedata.normalize("NFC", text)))


def _clauses(text: str) -> Iterator[list[str]]:
    for clause in re.split(r"[.!?:;,()\n“”\"]+", text):
        yield _words(clause)


def _own_clauses(folder: Path, keep: Iterable[str] | None) -> Iterator[list[str]]:
    for file in sorted(folder.glob("*.toml")):
        if keep is not None and file.stem not in keep:
            continue
        article = tomllib.loads(file.read_text("utf-8"))
        yield from _clauses(f"{article['title']}\n{article['lead']}\n{article['body']}")


def _phrases(value: object) -> Iterator[str]:
    """Every string of a data file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _phrases(one)
    elif isinstance(value, list):
        for one in value:
            yield from _phrases(one)


def _data_clauses() -> Iterator[list[str]]:
    data = ROOT / "r57monitor" / "data"
    for file in sorted([*data.glob("*.toml"), *(data / "metrics").glob("*.toml")]):
        for phrase in _phrases(tomllib.loads(file.read_text("utf-8"))):
            yield from _clauses(phrase)
    for line in (Path(__file__).parent / "set_phrases.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield from _clauses(line)


def build(viet74k: Path, keep: Iterable[str] | None = None) -> tuple[str, str]:
    """The two files' texts. keep: stems of the articles to learn from (all when None)."""
    import wordfreq

    own, own_pairs, lower_pairs = Counter[str](), Counter[tuple[str, str]](), set[tuple[str, str]]()
    names = [_words(n.name) for n in (*load_gazetteer().entities, *load_gazetteer().places)]
    foreign = {word.lower() for name in names for word in name}  # Kạn, Krông: spelt as no Vietnamese word is, and yet sound

    def is_known(syllable: str) -> bool:
        return is_syllable(syllable) or syllable in foreign

    for clause in (*_own_clauses(ROOT / "r57monitor" / "practice" / "articles", keep), *_data_clauses(), *names):
        syllables = [word.lower() for word in clause]
        own.update(s for s in syllables if is_known(s))
        for pair, word in zip(pairwise(syllables), clause[1:], strict=True):
            if all(map(is_known, pair)):
                own_pairs[pair] += 1
                if not word[0].isupper():
                    lower_pairs.add(pair)
    general: dict[str, float] = {}
    for word, share in wordfreq.get_frequency_dict("vi", wordlist="best").items():
        syllable = "".join(_syllables(word))
        if is_known(syllable):
            general[syllable] = general.get(syllable, 0.0) + share
    words = [_words(line) for line in viet74k.read_text("utf-8").splitlines()]
    dictionary = set[tuple[str, str]]()
    for word in words:
        for pair, second in zip(pairwise([w.lower() for w in word]), word[1:], strict=True):
            if all(map(is_known, pair)):
                dictionary.add(pair)
                if not second[0].isupper():
                    lower_pairs.add(pair)
    listed = {w.lower() for word in words for w in word if is_known(w.lower())}
    total_own, total_general = sum(own.values()), sum(general.values())
    lines = []
    for syllable in sorted(listed | set(general) | set(own)):
        share = OWN_SHARE * own[syllable] / total_own + (1 - OWN_SHARE) * general.get(syllable, 0.0) / total_general
        lines.append(f"{syllable}\t{round(-100 * math.log(max(share, 2e-7)))}")
    known = set(general) | set(own)
    pairs: dict[str, list[str]] = {}
    for first, second in sorted(dictionary | set(own_pairs)):
        if first in known and second in known:
            count = own_pairs[first, second]
            marks = ("" if (first, second) in lower_pairs else "^") + ("" if (first, second) in dictionary else "!")
            pairs.setdefault(first, []).append(second + (f":{count}" if count else "") + marks)
    table = "\n".join(f"{first}\t{' '.join(seconds)}" for first, seconds in pairs.items())
    frequencies = HEADER + "# syllable, 100 times the negative logarithm of its share\n" + "\n".join(lines) + "\n"
    legend = "# first syllable, then those that follow it: count in our own texts; ^ only in names; ! not within a word of the word list\n"
    return frequencies, HEADER + legend + table + "\n"


if __name__ == "__main__":
    data = ROOT / "r57monitor" / "data"
    for name, text in zip(("syllables.tsv", "syllable_pairs.tsv"), build(Path(sys.argv[1])), strict=True):
        (data / name).write_text(text, "utf-8")
