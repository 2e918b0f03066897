"""Official documents cited by number (số hiệu): found, repaired, spelt one way, dated."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from r57monitor.models import DocumentCitation
from r57monitor.text.document_dates import ANY_DATE, find_issue_date_near, match_issue_date, to_date
from r57monitor.text.document_numbers import DASH, FoundDocument, kind_word_before, load_document_tables, read_number
from r57monitor.text.normalize import fold
from r57monitor.text.starts import Starts, look_up, match_at

# A number, then one to six words each behind "/" or a dash; blanks and one line break may stand at the joints.
_CANDIDATE = re.compile(
    rf"(?:(?<![\w.,])|(?<=\b[Nn]o\.)|(?<=\b[Ss]ố\.))(?<!\d[/{DASH}])(?P<num>\d{{1,5}}[a-dđ]?)(?P<rest>(?:"
    rf"[ \n]?[/{DASH}][ \n]?[^\W\d_]\w{{0,11}}"
    rf"|[ \n]?/[ \n]?(?:19|20)\d\d(?=[ \n]?/)"
    rf"|(?<=\d)[^\W\d_]{{2,4}}(?=[/{DASH}])"  # glued: "57NQ/TW"
    rf"|(?<=\d) (?:NQ|QĐ|KH|KL|CTr|CT|NĐ)(?=[ ]?[/{DASH}])"  # the mark between is missing: "57 NQ/TW"
    rf"){{1,6}})"
)
_GOES_ON = re.compile(r"\d{1,5}(?:[a-z]?[ \n]?[/\-\u2010\u2011\u2012\u2013\u2014\u2212]|[^\W\d_]{2,5}[/-]| (?:nq|qd|kh|kl|ctr|ct|nd)[ /-])")
# Acts of the National Assembly as the press misspells them: a blank or dash before the legislature, the number glued to "số".
_ASSEMBLY = re.compile(
    r"(?:(?<![\w.,/-])|(?<=\bso)|(?<=quyet)|(?<=\bluat))(?P<num>\d{1,4})[ ]?[/-][ \n]?(?P<year>(?:19|20)\d\d)[ ]?[/-][ \n]?"
    r"(?P<body>qh|ubtvqh)[ -]?(?P<term>\d{1,2})(?!\d)"
)
_SHORT_STARTS = ("nghi quyet", "ke hoach", "quyet dinh", "chi thi", "ket luan", "chuong trinh", "resolution")
_SHORT = re.compile(
    r"\b(?P<kind>nghi quyet|ke hoach|quyet dinh|chi thi|ket luan|chuong trinh hanh dong|chuong trinh|resolution)\s(?:so\s|no\.?\s)?"
    r"(?P<num>\d{1,4})(?![\d/,-]|\.\d)(?=\D)"
)
_JOINT = r"(?:,\s?|\s+va\s+|,\s+va\s+)(?:so\s+)?"
_LIST = re.compile(
    r"(?:nghi quyet|ke hoach|quyet dinh|chi thi|ket luan)(?:\s+so)?[:\s]+(?P<list>\d{1,4}(?:" + _JOINT + r"\d{1,4})*" + _JOINT + r")$"
)


def find_documents(text: str, day: date | None = None, title: str | None = None) -> tuple[DocumentCitation, ...]:
    """Documents cited by number, in order of first citation, each once, with the date most often given.

    text, title: NFC. day: the text's own date; a date of issue after it is a misprint and left out. Spans are of the first citation
    in the text, 0 to 0 where the number stands in the title only; such a document comes last.
    A short reference ("Nghị quyết số 03") adds nothing but its date: it is no số hiệu, and what it stands for is cited in full.
    Never raises for a str.
    Source: numbering rules of Decree 30/2020/NĐ-CP and the Party's document forms; misprints seen in provincial press.
    """
    found: dict[str, FoundDocument] = {}
    for is_title, part in ((False, text), (True, title or "")):
        starts = look_up(fold(part))
        folded = starts.low
        hits = sorted(_all_hits(part, starts), key=lambda f: f.start)
        for i, hit in enumerate(hits):
            stop = hits[i + 1].start if i + 1 < len(hits) else len(part)
            issued = find_issue_date_near(folded, hit.start, hit.end, stop)
            if is_title and hit.number not in found:
                hit.start = hit.end = 0
            kept = found.setdefault(hit.number, hit)
            if issued and (day is None or issued <= day + timedelta(days=1)):
                kept.dates.append(issued)
            kept.kind = kept.kind or hit.kind
        _add_short_references(starts, found.values(), day)
    _add_known_dates(text, found.values())
    return tuple(
        DocumentCitation(
            number=f.number,
            kind=f.kind,
            issuer=f.issuer,
            issued_on=_most_given(f.dates),
            start=f.start,
            end=f.end,
        )
        for f in found.values()
    )


def _most_given(dates: Sequence[date]) -> date | None:
    """The date given most often, of equals the first."""
    if len(dates) <= 2:
        return dates[0] if dates else None
    return Counter(dates).most_common(1)[0][0]


def _all_hits(text: str, starts: Starts) -> Iterator[FoundDocument]:
    tables, folded = load_document_tables(), starts.low
    for match in match_at(_CANDIDATE, text, (p for p in starts.digits if _GOES_ON.match(folded, p))):
        hit = read_number(match, folded, tables)
        if hit is None:
            continue
        yield hit
        yield from _listed_before(hit, match, folded)
    assembly = match_at(_ASSEMBLY, folded, starts.digits) if "qh" in folded else ()
    yield from (_assembly_hit(m["num"], m["year"], m["body"] + m["term"], folded, m.span()) for m in assembly)


def _assembly_hit(number: str, year: str, body: str, folded: str, span: tuple[int, int]) -> FoundDocument:
    kind = kind_word_before(folded, span[0], ("luat", "nghi quyet", "phap lenh"))
    issuer = "Quốc hội" if body.startswith("qh") else "Ủy ban Thường vụ Quốc hội"
    return FoundDocument(f"{number}/{year}/{body.upper()}", kind, issuer, *span)


def _listed_before(hit: FoundDocument, match: re.Match[str], folded: str) -> Iterator[FoundDocument]:
    """ "Nghị quyết số 57, 59, 66 và 68-NQ/TW": the numbers that share the last one's ending."""
    window = max(0, match.start() - 60)
    listed = _LIST.search(folded[window : match.start()])
    if listed:
        ending = hit.number[len(match["num"]) :]
        for number in re.finditer(r"\d+", listed["list"]):
            start = window + listed.start("list") + number.start()
            canonical = number.group() + ending
            issuer = load_document_tables().issuer_of.get(canonical, hit.issuer)
            yield FoundDocument(canonical, hit.kind, issuer, start, start + len(number.group()))


def _add_short_references(starts: Starts, found: Iterable[FoundDocument], day: date | None) -> None:
    """ "Nghị quyết số 57 ngày 22/12/2024": its date is of the document that is cited in full elsewhere, where only one fits."""
    undated = [f for f in found if not f.dates]
    if not undated:
        return
    folded = starts.low
    for match in match_at(_SHORT, folded, starts.of_any(*_SHORT_STARTS)):
        kind = "nghi quyet" if match["kind"] == "resolution" else match["kind"]
        fitting = [f for f in undated if re.match(rf"{match['num']}\b", f.number) and fold(f.kind or "").startswith(kind)]
        issued = match_issue_date(folded, match.end(), len(folded)) if len(fitting) == 1 else None
        if issued and (day is None or issued <= day + timedelta(days=1)):
            fitting[0].dates.append(issued)


_DATE_LENGTH = 32  # characters of the longest date before its year


def _add_known_dates(text: str, found: Iterable[FoundDocument]) -> None:
    """A document whose date of issue the tables know has it stated where the text gives that very day, however far away."""
    known = {f.number: load_document_tables().date_of.get(f.number) for f in found if not f.dates}
    wanted = {day for day in known.values() if day}
    folded = fold(text) if wanted else ""
    near = [
        folded[max(0, m.start() - _DATE_LENGTH) : m.end() + 1]
        for year in {day.year for day in wanted}
        for m in re.finditer(str(year), folded)
    ]
    stated = {to_date(m) for part in near for m in ANY_DATE.finditer(part)} & wanted
    for document in found:
        issued = known.get(document.number)
        if issued in stated and issued is not None:
            document.dates.append(issued)
