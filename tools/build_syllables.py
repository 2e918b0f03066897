"""Builds data/syllables.tsv and data/syllable_pairs.tsv, from which garbled text is restored.

Not needed to run the program. Sources, none of which is in the repository:
- Vietnamese frequencies of the Python package wordfreq (data under CC BY-SA 4.0);
- the word list Viet74K of the Python package underthesea (Apache 2.0): pairs of syllables within words;
- the practice web's own articles (r57monitor/practice/articles) and the gazetteer: pairs and frequencies of this field.

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
    return re.findall(r"[^\W\d_]+", normalize_tones(unicodedata.normalize("NFC", text)).lower())


def _own_sentences(folder: Path, keep: Iterable[str] | None) -> Iterator[list[str]]:
    for file in sorted(folder.glob("*.toml")):
        if keep is not None and file.stem not in keep:
            continue
        article = tomllib.loads(file.read_text("utf-8"))
        for sentence in re.split(r"[.!?:;,()\n“”\"]+", f"{article['title']}\n{article['lead']}\n{article['body']}"):
            yield _syllables(sentence)


def build(viet74k: Path, keep: Iterable[str] | None = None) -> tuple[str, str]:
    """The two files' texts. keep: stems of the articles to learn from (all when None)."""
    import wordfreq

    own, own_pairs = Counter[str](), Counter[tuple[str, str]]()
    for sentence in _own_sentences(ROOT / "r57monitor" / "practice" / "articles", keep):
        own.update(s for s in sentence if is_syllable(s))
        own_pairs.update(p for p in pairwise(sentence) if all(map(is_syllable, p)))
    names = [_syllables(n.name) for n in (*load_gazetteer().entities, *load_gazetteer().places)]
    own.update(s for name in names for s in name)
    own_pairs.update(p for name in names for p in pairwise(name))
    general: dict[str, float] = {}
    for word, share in wordfreq.get_frequency_dict("vi", wordlist="best").items():
        syllable = "".join(_syllables(word))
        if is_syllable(syllable):
            general[syllable] = general.get(syllable, 0.0) + share
    words = [_syllables(line) for line in viet74k.read_text("utf-8").splitlines()]
    dictionary = {p for w in words for p in pairwise(w) if all(map(is_syllable, p))}
    listed = {s for w in words for s in w if is_syllable(s)}
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
            pairs.setdefault(first, []).append(second + (f":{count}" if count else "") + ("" if (first, second) in dictionary else "!"))
    table = "\n".join(f"{first}\t{' '.join(seconds)}" for first, seconds in pairs.items())
    frequencies = HEADER + "# syllable, 100 times the negative logarithm of its share\n" + "\n".join(lines) + "\n"
    marks = "# first syllable, then those that follow it: count in the articles; ! not within a word of the word list\n"
    return frequencies, HEADER + marks + table + "\n"


if __name__ == "__main__":
    data = ROOT / "r57monitor" / "data"
    for name, text in zip(("syllables.tsv", "syllable_pairs.tsv"), build(Path(sys.argv[1])), strict=True):
        (data / name).write_text(text, "utf-8")
