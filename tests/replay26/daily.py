"""What outlets print besides: a piece of local life a week, which has nothing to do with the resolution.

An outlet that printed nothing would not be told from one that has moved away: only who prints anything can be silent about something.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta

from tests.replay26.generate import SEED
from tests.replay26.model import FIRST_MONDAY, Outlet, Story
from tests.replay26.wording import PHRASES, Words

_LINES = 14


def daily_news(outlets: list[Outlet], week: int) -> list[Story]:
    """The week's pieces, each of its own words; the same for the same outlets and week."""
    return [_piece(index, outlet, week) for index, outlet in enumerate(outlets) if week >= outlet.since and week not in outlet.dead]


def _piece(index: int, outlet: Outlet, week: int) -> Story:
    chance = random.Random(f"{SEED}-{outlet.id}-{week}")
    words = Words(chance)
    lines = [words.fill(line) for line in chance.sample(PHRASES["daily"], _LINES)]
    at = datetime.combine(FIRST_MONDAY + timedelta(days=7 * week + index % 6), time(2, index), UTC)
    return Story(
        number=1_000_000 + 1_000 * week + index, outlet=outlet, published=at, found=at + timedelta(hours=9),
        title=words.fill(chance.choice(PHRASES["daily_titles"])), paragraphs=[" ".join(lines[n : n + 2]) for n in range(0, _LINES, 2)],
        told=[], province_id="", cluster=-1,
    )  # fmt: skip
