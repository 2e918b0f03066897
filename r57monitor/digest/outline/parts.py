"""Digest -> its text as blocks: what stands where, in which words, said once for every format."""

from __future__ import annotations

from collections.abc import Callable

from r57monitor.digest.model import Digest
from r57monitor.digest.outline import figures, overview, rest
from r57monitor.digest.outline.blocks import Block, Foot, Head, Outline, Part
from r57monitor.digest.outline.words import name_title
from r57monitor.digest.speech import WORDS, speaking
from r57monitor.wording import format_day

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ZERO_UP_TO_MONTH = 2  # offices write "tháng 02" but "tháng 3", lest somebody adds a digit (Decree 30/2020/NĐ-CP)

# The order of a digest's parts.
PARTS: dict[str, Callable[[Digest], list[Block]]] = {
    "overview": overview.overview,
    "notable": overview.notable,
    "provinces": overview.provinces,
    "figures": figures.figures,
    "targets": figures.targets,
    "conflicts": figures.conflicts,
    "documents": rest.documents,
    "difficulties": rest.difficulties,
    "corrections": rest.corrections,
    "sources": rest.sources,
}
APPENDICES: dict[str, Callable[[Digest], list[Block]]] = {"items": rest.items, "method": rest.method}


def make_outline(digest: Digest) -> Outline:
    """The digest as it is printed, in its own language; the same digest gives the same outline."""
    with speaking(digest.language):
        return _make_outline(digest)


def _make_outline(digest: Digest) -> Outline:
    head = digest.masthead
    return Outline(
        head=make_head(digest),
        parts=tuple(Part(key, _ROMAN[n], WORDS(f"digest_part.{key}"), tuple(make(digest))) for n, (key, make) in enumerate(PARTS.items())),
        foot=Foot(
            recipients=head.recipients,
            signer_title=head.signer_title or WORDS("digest_head.signer"),
            signer=head.signer or WORDS("digest_head.sign_here"),
        ),
        appendices=tuple(
            Part(key, str(n), WORDS(f"digest_part.{key}"), tuple(make(digest))) for n, (key, make) in enumerate(APPENDICES.items(), 1)
        ),
    )


def make_head(digest: Digest) -> Head:
    """What stands above the first part; cheap, where a file needs no more of the outline."""
    head, days = digest.masthead, digest.period
    limits = [digest.province or "", WORDS("digest_head.pillar", number=digest.pillar) if digest.pillar else ""]
    marks = [WORDS("page.practice")] if digest.is_practice else []
    if digest.desk.state == "draft":
        marks.append(WORDS("digest_head.draft"))
    return Head(
        parent=head.parent,
        unit=head.unit,
        number=WORDS("digest_head.number", number=head.number) if head.number else "",
        country=WORDS("digest_head.country"),
        motto=WORDS("digest_head.motto"),
        dated=_name_day(digest),
        title=make_title(digest),
        subject=" – ".join([WORDS("digest_head.subject"), *(limit for limit in limits if limit)]),
        days=WORDS("digest_head.days", first=format_day(days.start), last=format_day(days.end)),
        marks=tuple(marks),
    )


def make_title(digest: Digest) -> str:
    """Title of the digest: "Điểm báo tuần 30/2025"."""
    return name_title(digest.period)


def _name_day(digest: Digest) -> str:
    day = digest.masthead.day
    if day is None:
        return ""
    place = digest.masthead.place or WORDS("digest_head.place")
    month = f"{day.month:02d}" if day.month <= _ZERO_UP_TO_MONTH or digest.language == "en" else day.month
    return WORDS("digest_head.dated", place=place, day=f"{day.day:02d}", month=month, year=day.year)
