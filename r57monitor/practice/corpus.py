"""Reads the practice articles: what their authors wrote, once, before any site shows it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from r57monitor.errors import UsageError

ARTICLES = Path(__file__).parent / "articles"

BlockKind = Literal["paragraph", "heading", "list", "table", "photo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of a body. `text` for paragraph, heading and photo; `rows` for a list (one cell a row) and a table."""

    kind: BlockKind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def plain(self) -> str:
        """The block as text: table cells parted by " | ", rows by line breaks."""
        return "\n".join(" | ".join(row) for row in self.rows) if self.rows else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The article once more on another site, under a credit line and perhaps another headline, its end cut off."""

    site: str
    published: datetime
    credit: str
    title: str | None
    drop_last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An edit made after publication: `old` in the body gives way to `new`."""

    changed_at: datetime
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeArticle:
    """One original article with the annotations its author made (gold format)."""

    id: str
    site: str
    section: str
    published: datetime
    title: str
    lead: str
    author: str
    relevant: bool
    provinces: tuple[str, ...]
    mentioned: tuple[str, ...]
    body: str
    documents: tuple[Mapping[str, Any], ...]
    figures: tuple[Mapping[str, Any], ...]
    copies: tuple[Copy, ...]
    versions: tuple[Version, ...]

    def body_at(self, instant: datetime) -> str:
        """The body with the edits made up to an instant."""
        body = self.body
        for version in self.versions:
            if version.changed_at <= instant:
                body = body.replace(version.old, version.new)
        return body


def load_articles(folder: Path = ARTICLES) -> tuple[PracticeArticle, ...]:
    """Every article of a folder, by publication. Raises UsageError naming the file that cannot be read."""
    articles = [_load_article(file) for file in sorted(folder.glob("*.toml"))]
    return tuple(sorted(articles, key=lambda a: (a.published, a.id)))


def _load_article(file: Path) -> PracticeArticle:
    try:
        data = tomllib.loads(file.read_text("utf-8"))
        return PracticeArticle(
            id=data["id"],
            site=data["site"],
            section=data["section"],
            published=data["published"],
            title=data["title"],
            lead=data["lead"],
            author=data["author"],
            relevant=data["relevant"],
            provinces=tuple(data["provinces"]),
            mentioned=tuple(data.get("mentioned", ())),
            body=data["body"].strip(),
            documents=tuple(data.get("documents", ())),
            figures=tuple(data.get("figures", ())),
            copies=tuple(_copies(data.get("copies", ()))),
            versions=tuple(Version(changed_at=v["changed_at"], old=v["replace"], new=v["with"]) for v in data.get("versions", ())),
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise UsageError(f"{file}: not a practice article ({type(error).__name__}: {error}).") from error


def _copies(entries: Iterable[Mapping[str, Any]]) -> list[Copy]:
    return [
        Copy(site=e["site"], published=e["published"], credit=e["credit"], title=e.get("title"), drop_last=e.get("drop_last", 0))
        for e in entries
    ]


_MARKS: tuple[tuple[str, BlockKind], ...] = (("## ", "heading"), ("- ", "list"), ("| ", "table"), ("[ảnh] ", "photo"))


def split_body(body: str) -> tuple[Block, ...]:
    """The blocks of a body as authors mark them: "## " cross-head, "- " list item, "| " table row, "[ảnh] " photo.

    List items that follow one another make one list, also over blank lines; so do table rows.
    """
    blocks: list[Block] = []
    for line in (line.strip() for line in body.splitlines()):
        if not line:
            continue
        mark, kind = next(((m, k) for m, k in _MARKS if line.startswith(m)), ("", "paragraph"))
        text = line[len(mark) :].strip()
        if kind in {"list", "table"}:
            row = (text,) if kind == "list" else tuple(cell.strip() for cell in text.rstrip("|").split("|"))
            if blocks and blocks[-1].kind == kind:
                blocks[-1] = Block(kind=kind, rows=(*blocks[-1].rows, row))
            else:
                blocks.append(Block(kind=kind, rows=(row,)))
        else:
            blocks.append(Block(kind=kind, text=text))
    return tuple(blocks)


_WORD = re.compile(r"\w+")


def word_sequences(article: PracticeArticle, length: int = 5) -> frozenset[tuple[str, ...]]:
    """The word sequences of an article (title, lead, body), lower case: how copying between articles is measured."""
    words = _WORD.findall(f"{article.title} {article.lead} {article.body}".lower())
    return frozenset(tuple(words[i : i + length]) for i in range(len(words) - length + 1))
