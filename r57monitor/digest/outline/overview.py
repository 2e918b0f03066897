"""The first parts of a digest: the numbers of the period, the notable items, the items by province."""

from __future__ import annotations

from r57monitor.digest.lines import Item
from r57monitor.digest.model import Digest
from r57monitor.digest.outline.blocks import Beside, Block, Entries, Entry, Group, Heading, Paragraph, Picture, Run, Table, Tallies, Tally
from r57monitor.digest.outline.words import columns, item_line, linked, list_places, nothing, plain, quote, say
from r57monitor.digest.speech import WORDS, format_number
from r57monitor.wording import format_day


def overview(digest: Digest) -> list[Block]:
    """Counts against the period before, outlets by class, provinces with their state, the dashboard's charts."""
    blocks: list[Block] = []
    if digest.desk.note:
        blocks.append(Paragraph(plain(digest.desk.note)))
    blocks.append(Tallies(tuple(
        Tally(
            format_number(c.now),
            WORDS.of("digest_count", c.key),
            say("before_unknown") if c.before is None else say("before", count=format_number(c.before)),
        )
        for c in digest.counts
    )))  # fmt: skip
    blocks += [Heading(1, WORDS("digest_heading.classes")), _classes(digest), Heading(2, WORDS("digest_heading.places"))]
    told_places = []
    for state, names in (("reported", digest.reported), ("silent", digest.silent), ("not_observed", digest.not_observed)):
        told = (Run(say(state, count=len(names)), "strong"), Run(f" {', '.join(names) or say('none')}."))
        told_places.append(Paragraph(told))
    pictures = {chart.key: Picture(chart) for chart in digest.charts}
    places = pictures.pop("map", None)
    return [*blocks, *([Beside(tuple(told_places), places)] if places else told_places), *pictures.values()]


def _classes(digest: Digest) -> Table:
    head = columns(
        ("class", 34), ("sources", 14, True), ("active", 13, True), ("articles", 12, True), ("articles_before", 14, True),
        ("originals", 13, True),
    )  # fmt: skip
    rows = []
    for line in digest.classes:
        before = say("not_observed_before") if line.articles_before is None else format_number(line.articles_before)
        numbers = [format_number(n) for n in (line.sources, line.active_sources, line.articles)]
        cells = [WORDS.of("source_kind", line.kind), *numbers, before, format_number(line.originals)]
        rows.append(tuple(plain(cell) for cell in cells))
    return Table("classes", head, tuple(Group((row,)) for row in rows))


def notable(digest: Digest) -> list[Block]:
    """The items chosen, each with its reasons and one sentence."""
    if not digest.notable:
        return [nothing("no_notable")]
    return [Entries(tuple(_notable_entry(item) for item in digest.notable), is_numbered=True)]


def _notable_entry(item: Item) -> Entry:
    about = [item.outlet, format_day(item.day, say("no_day")), list_places(item.provinces), "; ".join(item.reasons)]
    if item.number:
        about.append(say("item", number=item.number))
    return Entry(
        runs=(Run(item.title, "strong", linked(item.title, item.url).url),),
        about=(Run(" · ".join(part for part in about if part), "quiet"),),
        quote=quote(item.sentence, (item.mention,)) if item.sentence else (),
        note=item.note,
    )


def provinces(digest: Digest) -> list[Block]:
    """Every text of the period under its province, copies under their original; then what came late."""
    named = [(section.name or WORDS("digest_heading.national"), section.items) for section in digest.sections]
    blocks: list[Block] = [] if named else [nothing("no_items")]
    if digest.late:
        named.append((WORDS("digest_heading.late"), digest.late))
    for number, (name, items) in enumerate(named, 1):
        blocks += [Heading(number, name), Entries(tuple(_item_entry(item) for item in items))]
    return blocks


def _item_entry(item: Item) -> Entry:
    return Entry(runs=item_line(item), quote=quote(item.sentence, (item.mention,)) if item.sentence else (), note=item.note)
