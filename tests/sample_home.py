"""A small home made from the practice articles and what people annotated in them: rows for pages and digests, without a crawl."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from r57monitor.clock import VIETNAM
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Article, DocumentCitation, Extracted, Figure, ProvinceMention, RawPage, Relevance, Source
from r57monitor.text.segment import find_sentences
from warehouse.facts import make_article_id
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.writers import StoredPage, Warehouse

FIRST_VISIT = datetime(2025, 6, 15, 13, tzinfo=UTC)
LAST_DAY = date(2025, 8, 3)
BLIND = ("bao-nghe-an", date(2025, 7, 8), date(2025, 7, 14))  # a source that failed for a week
_HERE = resources.files("r57monitor") / "practice"


def make_home(path: Path) -> Home:
    """A practice home with every practice article stored and published; one is built in a process, the others are copies of it."""
    shutil.copytree(_built(), path, symlinks=True, dirs_exist_ok=True)
    return Home(path)


@cache
def _built() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="r57-sample-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return _build(folder / "home").path


def publish_into(home: Home) -> None:
    """Have a home that stands open hold the same, and publish it here and now."""
    shutil.copytree(_built(), home.path, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("published*", "*lock*"))
    with home.lock("sample"):
        publish(home)


def _build(path: Path) -> Home:
    home = Home(path)
    home.prepare()
    home.practice_mark.touch()
    sites = {s["id"]: s for s in tomllib.loads((_HERE / "sites.toml").read_text("utf-8"))["site"]}
    sources = [_source(site) for site in sites.values()]
    entries = sorted((e for e in (_HERE / "articles").iterdir() if e.name.endswith(".toml")), key=lambda e: e.name)
    pages = [page for entry in entries for page in _pages(tomllib.loads(entry.read_text("utf-8")), sites)]
    with home.lock("sample"), Warehouse.open(home) as warehouse:
        warehouse.register_sources(sources, load_gazetteer())
        warehouse.store(pages)
        warehouse.store_journal(_journal(sources))
        publish(home)
    return home


def edit_article(home: Home, name: str, change: Callable[[str], str], gone: str) -> str:
    """Store a practice article once more as its page stood three days later, without the figure `gone`, and publish; its id."""
    sites = {s["id"]: s for s in tomllib.loads((_HERE / "sites.toml").read_text("utf-8"))["site"]}
    entry = tomllib.loads((_HERE / "articles" / f"{name}.toml").read_text("utf-8"))
    article = _article(entry, sites[entry["site"]], entry["site"], entry["published"], entry["title"])
    assert article.extracted is not None
    text = change(article.extracted.text)
    day = entry["published"].astimezone(VIETNAM).date()
    kept = [raw for raw in entry["figures"] if raw["mention"] != gone]
    figures = tuple(f for f in (_figure(raw, text, day) for raw in kept) if f)
    raw = replace(article.raw, fetched_at=article.raw.fetched_at + timedelta(days=3), record_id=f"{article.raw.record_id}/edited")
    later = replace(article, raw=raw, extracted=replace(article.extracted, text=text), figures=figures)
    with home.lock("sample"), Warehouse.open(home) as warehouse:
        warehouse.store([_stored(later)])
        publish(home)
    return make_article_id(article.url)


def store_retold(home: Home, name: str, title: str, text: str, number: int) -> None:
    """Store a practice article once more under another address, title and text, with those of its figures that the text has; publish."""
    sites = {s["id"]: s for s in tomllib.loads((_HERE / "sites.toml").read_text("utf-8"))["site"]}
    entry = tomllib.loads((_HERE / "articles" / f"{name}.toml").read_text("utf-8"))
    entry |= {"id": f"{name}-{number}", "title": title, "lead": text, "body": ""}
    article = _article(entry, sites[entry["site"]], entry["site"], entry["published"] + timedelta(days=30, hours=number), title)
    with home.lock("sample"), Warehouse.open(home) as warehouse:
        warehouse.store([_stored(article)])
        publish(home)


def _source(site: dict[str, Any]) -> Source:
    return Source(
        id=site["id"], name=site["name"], kind=site["kind"], province=site.get("province"), publisher=site["id"],
        homepage=f"http://127.0.0.1:{site['port']}/", private_network=True, practice=True,
    )  # fmt: skip


def _visit_after(instant: datetime) -> datetime:
    """The evening visit at which an article is first seen; none before the first."""
    evening = datetime.combine(instant.astimezone(VIETNAM).date(), time(20), VIETNAM).astimezone(UTC)
    return max(FIRST_VISIT, evening if evening >= instant else evening + timedelta(days=1))


def _pages(entry: dict[str, Any], sites: dict[str, Any]) -> list[StoredPage]:
    article = _article(entry, sites[entry["site"]], entry["site"], entry["published"], entry["title"])
    found = [_stored(article)]
    for copy in entry.get("copies", ()):
        again = _article(entry, sites[copy["site"]], copy["site"], copy["published"], copy.get("title", entry["title"]))
        found.append(_stored(again))
    return found


def _stored(article: Article) -> StoredPage:
    return StoredPage(raw=article.raw, segment="sample", outcome="article", article=article, elapsed_ms=40, size=9000)


def _article(entry: dict[str, Any], site: dict[str, Any], site_id: str, published: datetime, title: str) -> Article:
    url = f"http://127.0.0.1:{site['port']}/{entry['id']}-bai-viet.html"
    text = "\n".join(line.removeprefix("## ") for line in f"{entry['lead']}\n{entry['body']}".split("\n") if line.strip())
    day = published.astimezone(VIETNAM).date()
    raw = RawPage(url=url, body=b"", fetched_at=_visit_after(published), source_id=site_id, record_id=f"{site_id}/{entry['id']}")
    extracted = Extracted(
        page_type="article", title=title, author=entry.get("author"), published=published.astimezone(UTC),
        published_from="meta", language="vi", text=text,
    )  # fmt: skip
    relevance = Relevance(score=0.9 if entry["relevant"] else 0.1, is_relevant=entry["relevant"], reasons=("nêu Nghị quyết số 57-NQ/TW",))
    documents = tuple(
        DocumentCitation(number=d["number"], kind=None, issuer=None, issued_on=_day(d.get("date"))[0], start=0, end=0)
        for d in entry.get("documents", ())
    )
    figures = tuple(f for f in (_figure(raw_figure, text, day) for raw_figure in entry.get("figures", ())) if f)
    return Article(
        raw=raw, url=url, extracted=extracted, relevance=relevance, documents=documents, figures=figures,
        provinces=_provinces(entry, day),
    )  # fmt: skip


def _provinces(entry: dict[str, Any], day: date) -> tuple[ProvinceMention, ...]:
    gazetteer = load_gazetteer()
    found = []
    for role, key in (("subject", "provinces"), ("mentioned", "mentioned")):
        for name in entry.get(key, ()):
            entity = gazetteer.resolve(name, day)
            if entity and entity.id not in {m.province_id for m in found}:
                now = gazetteer.now(entity.id).name
                found.append(ProvinceMention(province_id=entity.id, name=entity.name, name_now=now, role=role, mentions=1))  # type: ignore[arg-type]
    return tuple(found)


def _figure(raw: dict[str, Any], text: str, day: date) -> Figure | None:
    start = text.find(raw["mention"])
    if start < 0:
        return None
    sentence = next(text[s.start : s.end] for s in find_sentences(text) if s.start <= start < s.end)
    as_of, precision = _day(raw.get("as_of"))
    due, due_precision = _day(raw.get("due"))
    name = raw.get("province")
    entity = load_gazetteer().resolve(name, day) if name and name != "national" else None
    mention = raw["mention"]
    return Figure(
        mention=mention, value=float(raw["value"]), unit=raw["unit"], start=start, end=start + len(mention), sentence=sentence,
        comparator=raw.get("comparator", "eq"), kind=raw["kind"], is_change=raw.get("change", False), value_max=raw.get("value_max"),
        denominator=raw.get("of"), metric_id=raw.get("metric"), level="national" if name == "national" else "province",
        province_id=entity.id if entity else None, province=name,
        as_of=as_of or (day if raw["kind"] == "result" else None), as_of_precision=precision or "day",
        as_of_from="stated" if as_of else "published", due=due, due_precision=due_precision, confidence=0.9,
    )  # type: ignore[arg-type]  # fmt: skip


def _day(text: str | None) -> tuple[date | None, Any]:
    """Last day of "2025-05-31", "2025-05" or "2025", and how exactly it is said."""
    parts = [int(p) for p in str(text).split("-")] if text else []
    if len(parts) == 3:
        return date(*parts), "day"
    if len(parts) == 2:
        return date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1) - timedelta(days=1), "month"
    return (date(parts[0], 12, 31), "year") if parts else (None, None)


def _journal(sources: list[Source]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    day = FIRST_VISIT.date()
    while day <= LAST_DAY:
        for source in sources:
            at = datetime.combine(day, time(13), UTC)
            failing = source.id == BLIND[0] and BLIND[1] <= day <= BLIND[2]
            cycle = f"{day}-{source.id}"
            entries.append({"at": at.isoformat(), "event": "cycle_begun", "cycle": cycle, "source": source.id, "practice": True})
            if failing:
                cause = {"cause": "máy chủ trả lời 503", "status": 503, "role": "listing", "url": source.homepage, "error": None}
                entries.append({"at": at.isoformat(), "event": "failure", "cycle": cycle, "source": source.id, **cause})
            entries.append({
                "at": (at + timedelta(minutes=1)).isoformat(), "event": "cycle_ended", "cycle": cycle, "source": source.id,
                "outcome": "failing" if failing else "ok", "cause": "máy chủ trả lời 503" if failing else None,
                "pages": 0 if failing else 3, "articles": 0 if failing else 1,
            })  # fmt: skip
        day += timedelta(days=1)
    return entries
