"""The invented press as pages on disk: what a crawl of each week would have left in archive and journal, for the whole reading chain."""

from __future__ import annotations

import html
import json
from datetime import datetime, timedelta

from r57monitor.clock import VIETNAM
from r57monitor.models import RawPage
from tests.replay26.daily import daily_news
from tests.replay26.generate import week_of
from tests.replay26.model import FIRST_MONDAY, Story, World
from tests.replay26.rows import journal_of_week
from warehouse.home import Home
from warehouse.records import HttpHeads
from warehouse.segment import SegmentWriter

_DAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_MENU = "".join(
    f'<li><a href="/muc-{n}">{name}</a></li>' for n, name in enumerate(("Trang chủ", "Thời sự", "Kinh tế", "Xã hội", "Văn hóa", "Bạn đọc"))
)


def archive_week(world: World, home: Home, week: int) -> int:
    """Write a week's pages as one segment and its visits to the journal; how many pages."""
    home.prepare()
    writer = SegmentWriter(home.archive)
    count = 0
    for story, at, title, paragraphs in _fetched(world, week):
        body = _page(story, at, title, paragraphs).encode()
        raw = RawPage(
            url=story.url, requested_url=story.url, body=body, fetched_at=at, source_id=story.outlet.id, status=200,
            content_type="text/html; charset=utf-8", found_by="sitemap" if story.is_late else "feed",
            feed_date=story.published if story.clock == "sound" and story.number % 3 == 0 else None, list_title=title,
        )  # fmt: skip
        writer.write(raw, HttpHeads(response_headers=[("Content-Type", "text/html; charset=utf-8")]), elapsed_ms=30)
        count += 1
    writer.close()
    lines = [json.dumps(entry, ensure_ascii=False) for entry in journal_of_week(world.outlets, week)]
    (home.journal / f"{FIRST_MONDAY + timedelta(weeks=week)}-1.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return count


def _fetched(world: World, week: int) -> list[tuple[Story, datetime, str, list[str]]]:
    found = [(story, story.found, story.title, story.paragraphs) for story in daily_news(world.outlets, week)]
    for story in world.stories:
        if week_of(story.found.date()) == week:
            found.append((story, story.found, story.title, story.paragraphs))
        again = story.found + timedelta(days=3)
        if story.clock == "visit" and week_of(again.date()) == week:
            found.append((story, again, story.title, story.paragraphs))
        if story.edited and week_of(story.edited[0].date()) == week:
            found.append((story, story.edited[0], story.title, story.edited[1]))
    return sorted(found, key=lambda f: (f[1], f[0].number))


def _page(story: Story, fetched: datetime, title: str, paragraphs: list[str]) -> str:
    """A page in one of three manners; dated by metadata, by a line under the headline, by both, or by nothing but a clock."""
    manner = sum(map(ord, story.outlet.id)) % 3
    local, visit = story.published.astimezone(VIETNAM), fetched.astimezone(VIETNAM)
    clock = f'<div class="clock">{_DAYS[visit.weekday()]}, ngày {visit:%d/%m/%Y}</div>' if story.clock == "visit" or manner == 2 else ""
    meta = f'<meta property="article:published_time" content="{local.isoformat()}">' if manner != 1 and story.clock == "sound" else ""
    line = f'<div class="date">{local:%d/%m/%Y %H:%M}</div>' if manner != 0 and story.clock == "sound" else ""
    text = "".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
    named = html.escape(title)
    body = {
        0: f'<article class="detail"><h1>{named}</h1>{line}<div class="content">{text}</div></article>',
        1: f'<div id="main"><h2 class="tieu-de">{named}</h2>{line}<div class="noi-dung">{text}</div></div>',
        2: f'<main><section><h1 class="title">{named}</h1>{line}<div class="article-body">{text}</div></section></main>',
    }[manner]
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{named} - {html.escape(story.outlet.name)}</title>{meta}</head>'
        f"<body><header>{clock}<ul>{_MENU}</ul></header>{body}"
        f"<footer><p>{html.escape(story.outlet.name)}. Ghi rõ nguồn khi dùng lại.</p></footer></body></html>"
    )
