"""A made-up press of any size: articles with figures, copies, edits and late finds, the same for the same seed. Texts mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from r57monitor.catalogue import Metric, load_catalogue
from r57monitor.gazetteer import Gazetteer, ProvinceEntity, load_gazetteer
from r57monitor.models import Article, DocumentCitation, Extracted, Figure, ProvinceMention, RawPage, Relevance, Source
from r57monitor.text.fingerprint import make_fingerprint
from warehouse.writers import StoredPage

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 600  # over which a press of any size is spread
COPIES = 0.15
EDITS = 0.02
LATE = 0.05  # found weeks or months after publication
OTHER_DAY = 0.2  # figures that name the day they stand for
WORDS = 380  # beside the sentences with figures: about 2.5 kB of text
COPIED_FROM = 2_000  # a copy follows one of so many latest articles
_ONSETS = tuple("b c ch d đ g gi h k kh l m n ng nh ph qu r s t th tr v x".split())  # noqa: SIM905
_RIMES = tuple(
    "a an anh ao ay ă ăn âm ân âu e em ên êu i ia iên in o oa oan ong ô ôi ôn ông ơ ơi u ung uôc ư ưa ưng ươi ương y yên".split()  # noqa: SIM905
)
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


@dataclass(frozen=True, slots=True)
class Press:
    """What articles are made from; a seed and a number make an article. values: how many different ones a figure may have."""

    gazetteer: Gazetteer
    places: tuple[ProvinceEntity, ...]
    metrics: tuple[Metric, ...]
    values: int
    sources: tuple[Source, ...]
    words: tuple[str, ...]
    weights: Any  # cumulative, of the words
    seed: int = 57


def make_press(seed: int = 57, provinces: int | None = None, metrics: int | None = None, values: int = 400) -> Press:
    """A newspaper, a portal and five further outlets for each province, and a few national ones.

    provinces, metrics: only so many of each, for a small press whose articles still tell of the same things.
    """
    gazetteer = load_gazetteer()
    names = [entity.name for entity in gazetteer.entities if gazetteer.now(entity.id) is entity][:provinces]
    sources = [_outlet(kind, f"{kind}-{n}-{k}", name) for n, name in enumerate(names) for k, kind in enumerate(_KINDS)]
    sources += [_outlet("aggregator", f"gop-{n}") for n in range(4)]
    words = _make_words(np.random.default_rng(seed))
    weights = 1.0 / np.arange(3, len(words) + 3)  # as often as words of a language are
    places = tuple(entity for entity in gazetteer.entities if gazetteer.now(entity.id).name in names)
    return Press(
        gazetteer, places, load_catalogue().metrics[:metrics], values, tuple(sources), words, np.cumsum(weights / weights.sum()), seed
    )


_KINDS = ("newspaper", "portal", "department", "department", "department", "party", "broadcaster")


def _outlet(kind: Any, name: str, province: str | None = None) -> Source:
    return Source(id=name, name=name, kind=kind, province=province, homepage=f"https://{name}.vn/", publisher=name, verified=True)


def _make_words(rng: np.random.Generator) -> tuple[str, ...]:
    import unicodedata

    made = [unicodedata.normalize("NFC", o + r[0] + t + r[1:]) for o in _ONSETS for r in _RIMES for t in _TONES]
    return tuple(made[i] for i in rng.permutation(len(made)))


def make_batches(press: Press, first: int, count: int, size: int, total: int | None = None) -> Iterator[list[StoredPage]]:
    """Articles number `first` to `first + count` in batches, in order of their fetches. total: of the whole press, which fills DAYS."""
    for start in range(first, first + count, size):
        pages = []
        for number in range(start, min(start + size, first + count)):
            pages.extend(make_pages(press, number, total or first + count))
        yield pages


def make_pages(press: Press, number: int, total: int) -> list[StoredPage]:
    """One article as it was fetched, and once more where it was edited."""
    article = make_article(press, number, total)
    pages = [_page(article)]
    rng = np.random.default_rng((press.seed, number, 3))
    if rng.random() < EDITS and article.figures:
        later = replace(article.raw, fetched_at=article.raw.fetched_at + timedelta(days=3), record_id=article.raw.record_id + "-2")
        pages.append(_page(_edit(replace(article, raw=later))))
    return pages


def make_article(press: Press, number: int, total: int) -> Article:
    """Article by number: its own words, or those of one shortly before it with a credit line."""
    rng = np.random.default_rng((press.seed, number))
    draws = rng.random(8)
    told = number
    if number > 10 and draws[0] < COPIES:
        told = number - 1 - int(draws[1] * min(number - 1, COPIED_FROM))
    source = press.sources[int(draws[2] * len(press.sources))]
    fetched = BEGIN + timedelta(days=DAYS * number / total)
    late = timedelta(days=float(draws[3] / LATE) * 120) if draws[3] < LATE else timedelta(hours=float(draws[4]) * 20)
    published = max(BEGIN - timedelta(days=60), fetched - late)
    body, figures, province = _tell(press, told, (BEGIN + timedelta(days=DAYS * told / total)).date())
    title = " ".join(press.words[i] for i in rng.integers(0, 400, 12)).capitalize()
    if told != number:
        body += f"\nTheo {press.sources[told % len(press.sources)].name}"
    return _build(press, number, source, title, body, figures, province, fetched, published)


def _build(
    press: Press, number: int, source: Source, title: str, text: str, figures: tuple[Figure, ...], province: ProvinceEntity,
    fetched: datetime,
    published: datetime,
) -> Article:  # fmt: skip
    url = f"{source.homepage}tin-{number}.html"
    mention = ProvinceMention(
        province_id=province.id, name=province.name, name_now=press.gazetteer.now(province.id).name, role="subject", mentions=3
    )
    cited = DocumentCitation(
        number=f"{number % 400}/KH-UBND", kind="kế hoạch", issuer="UBND", issued_on=published.date() if number % 3 else None, start=0, end=9
    )
    return Article(
        raw=RawPage(
            url=url, body=b"", fetched_at=fetched, source_id=source.id, found_by="feed",
            record_id=f"<urn:uuid:{press.seed:08x}-{number:012x}>",
        ),
        url=url,
        extracted=Extracted(
            page_type="article", title=title, author=None, published=published, published_from="meta", language="vi", text=text
        ),
        relevance=Relevance(score=0.8, is_relevant=True, reasons=("nêu Nghị quyết 57",)),
        provinces=(mention,),
        documents=(cited,) if number % 2 else (),
        figures=figures,
        fingerprint=make_fingerprint(text),
    )  # fmt: skip


def _tell(press: Press, number: int, day: date) -> tuple[str, tuple[Figure, ...], ProvinceEntity]:
    """Text, figures and province of what article `number` tells first."""
    rng = np.random.default_rng((press.seed, number, 1))
    chosen = [press.words[i] for i in np.searchsorted(press.weights, rng.random(WORDS))]
    places = [
        e for e in press.gazetteer.entities if (not e.valid_from or e.valid_from <= day) and (not e.valid_until or day <= e.valid_until)
    ]
    province = places[int(rng.integers(len(places)))]
    lines, figures, at = [], [], 0
    for k in range(8):
        part = " ".join(chosen[k * WORDS // 8 : (k + 1) * WORDS // 8]).capitalize() + "."
        lines.append(part)
        at += len(part) + 1
        if k % 2:
            sentence, figure = _figure(press, rng, province, day, at)
            lines.append(sentence)
            figures.append(figure)
            at += len(sentence) + 1
    return "\n".join(lines), tuple(figures), province


def _figure(press: Press, rng: np.random.Generator, province: ProvinceEntity, day: date, at: int) -> tuple[str, Figure]:
    metric = press.metrics[int(len(press.metrics) * rng.random() ** 2)]  # some are told far more often than others
    value = (
        float(100 - int(rng.integers(min(80, press.values)))) if metric.unit == "%" else float(int(rng.integers(1, press.values + 1)) * 5)
    )
    mention = f"{value:.0f}{'%' if metric.unit == '%' else ' ' + metric.unit}"
    is_target = bool(rng.random() < 0.2)
    stated = bool(rng.random() < OTHER_DAY)
    as_of = date(day.year, day.month, 1) - timedelta(days=1) if stated else day
    due = date(day.year + int(rng.integers(0, 3)), 12, 31) if is_target else None
    before = f"{'Phấn đấu đến hết năm' if is_target else 'Đến nay, toàn tỉnh đạt'} {due.year if due else ''} ".replace("  ", " ")
    sentence = f"{before}{mention} {metric.label_vi.lower()} tại {province.name}."
    return sentence, Figure(
        mention=mention, value=value, unit=metric.unit, start=at + len(before), end=at + len(before) + len(mention),
        sentence=sentence, kind="target" if is_target else "result", metric_id=metric.id,
        level="province", period="cumulative" if rng.random() < 0.5 else None,
        province_id=province.id, province=province.name, as_of=None if is_target else as_of,
        as_of_precision=None if is_target else ("month" if stated else "day"),
        as_of_from=None if is_target else ("stated" if stated else "published"), due=due, due_precision="year" if due else None,
        confidence=0.9,
    )  # fmt: skip


def _edit(article: Article) -> Article:
    """The same page with its last figure taken out of the text."""
    gone, extracted = article.figures[-1], article.extracted
    assert extracted is not None
    text = extracted.text[: gone.start] + "nhiều" + extracted.text[gone.end :]
    return replace(article, extracted=replace(extracted, text=text), figures=article.figures[:-1], fingerprint=make_fingerprint(text))


def _page(article: Article) -> StoredPage:
    return StoredPage(raw=article.raw, segment="synthetic.warc.gz", outcome="article", article=article, elapsed_ms=200, size=60_000)


def make_journal(press: Press) -> list[dict[str, Any]]:
    """One cycle of every source on every tenth day."""
    entries: list[dict[str, Any]] = []
    for day in range(0, DAYS, 10):
        at = BEGIN + timedelta(days=day)
        for source in press.sources:
            cycle = {"cycle": f"{source.id}-{day}", "source": source.id, "practice": False}
            entries.append({"at": at.isoformat(), "event": "cycle_begun", **cycle})
            ended = {"at": (at + timedelta(minutes=9)).isoformat(), "event": "cycle_ended", "outcome": "ok", "cause": None}
            entries.append({**ended, "pages": 3, "articles": 2, **cycle})
    return entries
