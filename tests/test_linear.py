"""The time of reading grows with the size of a page and no faster, whatever the page is made of; memory stays bounded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bench.growth import FULL, KINDS, QUARTER, Cost, make_page, measure
from pipelines.chain import load_rules, read_whole
from r57monitor.models import RawPage

_FETCHED = datetime(2025, 10, 1, tzinfo=UTC)
MEGABYTES = 500
MOST_SECONDS = 8.0  # of processor time; everything takes two and less on a quiet machine, three times as much on a busy one
LINEAR = 4.0
SLACK = 2.0  # caches and collections of garbage grow in steps
FLOOR = 0.05  # seconds below which a measurement is noise
TRIES = 3  # more, where it seems slow: other work on the machine only ever adds


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_one_megabyte_is_read_in_linear_time(kind: str) -> None:
    part, whole = measure(kind, QUARTER, FULL)
    for _ in range(TRIES):
        if whole.seconds <= min(MOST_SECONDS, _bound(part)):
            break
        part, whole = (min(pair, key=lambda c: c.seconds) for pair in zip((part, whole), measure(kind, QUARTER, FULL), strict=True))
    assert whole.megabytes < MEGABYTES
    assert whole.seconds < MOST_SECONDS
    assert whole.seconds <= _bound(part), f"{part.seconds:.2f} s, then {whole.seconds:.2f} s"


def _bound(part: Cost) -> float:
    return LINEAR * SLACK * max(part.seconds, FLOOR)


@pytest.mark.parametrize("kind", KINDS)
def test_such_pages_are_read_without_a_fault(kind: str) -> None:
    raw = RawPage(url="https://a.vn/tin-1.html", body=make_page(kind, 20_000), fetched_at=_FETCHED, content_type="text/html")
    article = read_whole(raw, load_rules())
    assert article.extracted is not None
