"""The invented press as the writer takes it: what a crawl of each day would have stored, without reading a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from r57monitor.clock import VIETNAM
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Figure, Source
from tests.replay26.daily import daily_news
from tests.replay26.generate import week_of
from tests.replay26.model import FIRST_MONDAY, Outlet, Story, Told, World
from tests.rows import make_article, make_cycle, make_mention, make_page
from warehouse.writers import StoredPage


def make_sources(world: World) -> list[Source]:
    return [
        Source(
            id=o.id, name=o.name, kind=o.kind, homepage=f"https://{o.id}.vn/", province=o.province, publisher=o.id, verified=True,  # type: ignore[arg-type]
        )
        for o in world.outlets
    ]  # fmt: skip


def pages_by_week(world: World) -> dict[int, list[StoredPage]]:
    """What the crawls of each week brought."""
    weeks: dict[int, list[StoredPage]] = {}
    for story in world.stories:
        weeks.setdefault(week_of(story.found.date()), []).append(_page(story, story.found, story.paragraphs, story.told))
        if story.clock == "visit":
            again = story.found + timedelta(days=3)
            weeks.setdefault(week_of(again.date()), []).append(_page(story, again, story.paragraphs, story.told))
        if story.edited:
            seen, paragraphs, told = story.edited
            weeks.setdefault(week_of(seen.date()), []).append(_page(story, seen, paragraphs, told))
    for week in weeks:
        weeks[week] += [_daily_page(story) for story in daily_news(world.outlets, week)]
    return weeks


def journal_of_week(outlets: list[Outlet], week: int) -> Iterator[dict[str, Any]]:
    """A visit each evening from the outlet's first week on."""
    for outlet in outlets:
        for day in range(7 if week >= outlet.since else 0):
            at = datetime.combine(FIRST_MONDAY + timedelta(days=7 * week + day), time(12, 50), UTC)
            fails = {"outcome": "failing", "cause": "máy chủ trả lời 503"} if week in outlet.dead else {}
            yield from make_cycle(outlet.id, at, at + timedelta(minutes=30), **fails)


def _page(story: Story, fetched: datetime, paragraphs: list[str], told: list[Told]) -> StoredPage:
    text = "\n".join(paragraphs)
    published = {"sound": story.published, "none": None, "visit": fetched}[story.clock]
    entity = load_gazetteer().entity(story.province_id)
    article = make_article(
        story.url, text, title=story.title, published=published, fetched_at=fetched, source_id=story.outlet.id,
        figures=[_figure(story, text, t) for t in told], provinces=[make_mention(entity.id, entity.name)],
        found_by="sitemap" if story.is_late else "feed",
    )  # fmt: skip
    return make_page(article)


def _daily_page(story: Story) -> StoredPage:
    article = make_article(
        story.url, story.text, title=story.title, published=story.published, fetched_at=story.found, source_id=story.outlet.id,
        is_relevant=False, found_by="feed",
    )  # fmt: skip
    return make_page(article)


def _figure(story: Story, text: str, told: Told) -> Figure:
    spec = told.spec
    start = text.index(told.mention, text.index(told.sentence))
    day = story.published.astimezone(VIETNAM).date()
    entity = load_gazetteer().entity(story.province_id)
    as_of = told.as_of if told.stated else (day if told.kind == "result" else None)
    return Figure(
        mention=told.mention, value=told.value, unit=spec["unit"], start=start, end=start + len(told.mention), sentence=told.sentence,
        comparator="ge" if told.kind == "target" else "eq", kind=told.kind, is_change=spec.get("change", False),  # type: ignore[arg-type]
        metric_id=spec.get("metric"), label=spec.get("label"), level=spec.get("level", "province"), scope=spec.get("scope"),
        whole=spec.get("whole"), period=spec.get("period"), province_id=entity.id, province=entity.name, as_of=as_of,
        as_of_precision=("month" if spec.get("monthly") else "day") if as_of else None,
        as_of_from=("stated" if told.stated else "published") if as_of else None, due=told.due,
        due_precision="day" if told.due else None, confidence=0.9,
    )  # fmt: skip
