"""What a digest's text is made of, whatever the file: parts with blocks of marked words, entries, tables and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from r57monitor.digest.model import Chart

Manner = Literal["", "strong", "mark", "quiet", "id"]  # mark: the figure in its sentence; quiet: outlet, day; id: of a row
Role = Literal["body", "note", "quote", "nothing"]


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look; url is "" or a web address."""

    text: str
    manner: Manner = ""
    url: str = ""


Inline = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """Title of a piece of a part, with its number in the part."""

    kind: ClassVar[str] = "heading"
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    kind: ClassVar[str] = "paragraph"
    runs: Inline
    role: Role = "body"


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a list with what is quoted from it and what the editor wrote under it."""

    runs: Inline
    quote: Inline = ()
    about: Inline = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """A list."""

    kind: ClassVar[str] = "entries"
    entries: tuple[Entry, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: share is its part of the width, in percent."""

    key: str
    label: str
    share: float
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together, with what proves them printed under them across the table."""

    rows: tuple[tuple[Inline, ...], ...]
    evidence: tuple[Inline, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head is repeated on each page."""

    kind: ClassVar[str] = "table"
    key: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """One number of the overview with its name and that of the period before."""

    value: str
    label: str
    before: str


@dataclass(frozen=True, slots=True)
class Tallies:
    """The numbers of the overview, side by side."""

    kind: ClassVar[str] = "tallies"
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with the words that say the same."""

    kind: ClassVar[str] = "picture"
    chart: Chart


@dataclass(frozen=True, slots=True)
class Beside:
    """Paragraphs with a picture on their right, where the file is wide enough."""

    kind: ClassVar[str] = "beside"
    paragraphs: tuple[Paragraph, ...]
    picture: Picture


Block = Heading | Paragraph | Entries | Table | Tallies | Picture | Beside


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part of the digest, or an appendix."""

    key: str
    number: str  # "IV", or "1" of an appendix
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above the first part."""

    parent: str
    unit: str
    number: str  # "Số: 30", or ""
    country: str
    motto: str
    dated: str  # place and day
    title: str
    subject: str
    days: str
    marks: tuple[str, ...]  # that the numbers are invented, that it is a draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """What stands under the last part: to whom it goes and who signs."""

    recipients: tuple[str, ...]
    signer_title: str
    signer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A digest as it is printed."""

    head: Head
    parts: tuple[Part, ...]
    foot: Foot
    appendices: tuple[Part, ...]
