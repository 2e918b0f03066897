"""The later parts of a digest: documents, difficulties, corrections, sources, and the appendices."""

from __future__ import annotations

from r57monitor.digest.lines import CorrectionLine, QuoteLine
from r57monitor.digest.model import Digest
from r57monitor.digest.outline.blocks import Block, Entries, Entry, Group, Heading, Paragraph, Run, Table
from r57monitor.digest.outline.words import columns, difficulty, linked, list_places, name_title, nothing, plain, quote, say, source
from r57monitor.digest.render import describe_method
from r57monitor.digest.request import read_name
from r57monitor.digest.speech import WORDS, format_number
from r57monitor.errors import UsageError
from r57monitor.wording import format_day


def documents(digest: Digest) -> list[Block]:
    """Official documents first named in the period."""
    if not digest.documents:
        return [nothing("no_documents")]
    head = columns(("number", 19), ("kind", 13), ("issuer", 21), ("issued_on", 15), ("named_in", 32))
    groups = []
    for line in digest.documents:
        issuer = f"{line.issuer} ({line.province})" if line.province and line.issuer else line.issuer or line.province
        named = (linked(line.title or line.url, line.url), Run(f" {line.outlet}", "quiet"))
        day = format_day(line.issued_on, say("unknown"))
        groups.append(Group(((plain(line.number), plain(line.kind), plain(issuer), plain(day), named),), note=line.note))
    return [Table("documents", head, tuple(groups))]


def difficulties(digest: Digest) -> list[Block]:
    """Sentences that report a difficulty, as the articles have them."""
    if not digest.difficulties:
        return [nothing("no_difficulties")]
    return [Entries(tuple(_difficulty(line) for line in digest.difficulties)), Paragraph(plain(say("quoted_only")), "note")]


def _difficulty(line: QuoteLine) -> Entry:
    place = list_places(line.provinces) or WORDS("digest_heading.national")
    return Entry(runs=(Run(f"{place}: ", "strong"), linked(line.title or line.url, line.url)), quote=difficulty(line), note=line.note)


def corrections(digest: Digest) -> list[Block]:
    """Figures of the last digest sent that stand differently now."""
    if not digest.corrected:
        return [nothing("no_earlier")]
    if not digest.corrections:
        return [Paragraph(plain(say("no_corrections", name=_name_issue(digest.corrected))), "nothing")]
    head = columns(("province", 16), ("metric", 26), ("was", 18), ("now", 18), ("reason", 22))
    groups = tuple(_correction(line) for line in digest.corrections)
    return [Paragraph(plain(say("corrects", name=_name_issue(digest.corrected)))), Table("corrections", head, groups)]


def _name_issue(name: str) -> str:
    """A digest's name as people say it: "điểm báo tuần 29/2025"."""
    try:
        period = read_name(name).period
    except UsageError:
        return name
    title = name_title(period)
    days = "" if period.week else f" {format_day(period.start)}–{format_day(period.end)}"
    return f"{title[:1].lower()}{title[1:]}{days}"


def _correction(line: CorrectionLine) -> Group:
    cells = (line.province, line.metric or say("no_metric"), line.was or say("withdrawn"), line.now or say("nothing_now"), line.reason)
    ids = [line.figure_id, line.now_figure_id or ""]
    evidence = ((*quote(line.sentence, ()), *source(line.outlet, line.url, line.day, ids)),) if line.sentence else ()
    return Group((tuple(plain(cell) for cell in cells),), evidence)


def sources(digest: Digest) -> list[Block]:
    """Sources that failed, were not run or fell silent, with the cause."""
    if not digest.troubles:
        return [nothing("no_troubles")]
    head = columns(("source", 28), ("class", 18), ("state", 15), ("days", 9, True), ("cause", 30))
    rows = []
    for line in digest.troubles:
        name = (Run(line.name), *((Run(f" {line.province}", "quiet"),) if line.province else ()))
        words = (WORDS.of("source_kind", line.kind), WORDS.of("health", line.state), str(line.days), line.cause or "–")
        rows.append((name, *(plain(word) for word in words)))
    return [Table("sources", head, tuple(Group((row,)) for row in rows)), Paragraph(plain(say("troubles_note")), "note")]


def items(digest: Digest) -> list[Block]:
    """Every text of the period."""
    if not digest.items:
        return [nothing("no_items")]
    head = columns(("place", 6, True), ("published", 15), ("outlet", 19), ("title", 36), ("province", 15), ("copies", 9, True))
    rows = []
    for number, item in enumerate(digest.items, 1):
        day, places = format_day(item.day, say("unknown")), list_places(item.provinces) or "–"
        copies = str(len(item.copies)) if item.copies else "–"
        title = (linked(item.title, item.url),)
        rows.append((plain(str(item.number or number)), plain(day), plain(item.outlet), title, plain(places), plain(copies)))
    return [Table("items", head, tuple(Group((row,)) for row in rows))]


def method(digest: Digest) -> list[Block]:
    """How the digest came about, with the measured error rates of the metrics it shows."""
    blocks: list[Block] = [Entries(tuple(Entry(runs=plain(line)) for line in describe_method(digest)))]
    if digest.method.rates:
        head = columns(("metric", 49), ("expected", 18, True), ("found", 17, True), ("correct", 16, True))
        rows = [(rate.metric, *(format_number(n) for n in (rate.expected, rate.found, rate.correct))) for rate in digest.method.rates]
        groups = tuple(Group((tuple(plain(cell) for cell in row),)) for row in rows)
        blocks += [Heading(1, WORDS("digest_heading.rates")), Table("rates", head, groups)]
    return blocks
