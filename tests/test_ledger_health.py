"""Sources that answer and yet give nothing of use: named from what their pages turn out to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from r57monitor.clock import vietnam_day
from r57monitor.ledger import health as ledger_health
from r57monitor.ledger.health import CycleEnd, Failure, Observations, find_health
from r57monitor.ledger.symptoms import Sample, find_symptom

NOW = datetime(2025, 9, 1, 1)


def sample(days_ago: int = 0, **counts: int) -> Sample:
    counts.setdefault("pages", counts.get("articles", 0))
    return Sample(source_id="bao", begun_at=NOW - timedelta(days=days_ago), **counts)  # type: ignore[arg-type]


USUAL = [sample(n, pages=10, articles=9, dated=9, garbled=0, words=9 * 400) for n in range(20, 0, -1)]


@pytest.mark.parametrize(
    ("now", "before", "symptom"),
    [
        (sample(pages=4, articles=0), USUAL, "layout changed: no article could be read from 4 pages"),
        (sample(pages=2, articles=0), USUAL, None),
        (sample(pages=6, articles=0), [], "no article could be read from 6 pages"),
        (sample(pages=20, articles=3, dated=3, words=1200), USUAL, "layout changed: no article could be read from 17 pages"),
        (sample(articles=6, dated=0, words=2400), USUAL, "dates missing: 6 of 6 articles have none"),
        (sample(articles=6, dated=5, words=2400), USUAL, None),
        (sample(articles=6, dated=0, words=2400), [], "dates missing: 6 of 6 articles have none"),
        (sample(articles=6, dated=6, garbled=6, words=2400), USUAL, "began garbling: 6 of 6 articles"),
        (sample(articles=19, dated=19, fresh=5, garbled=5, words=7600), USUAL, "began garbling: 5 of 5 articles"),  # beside known ones
        (sample(articles=5, dated=5, garbled=2, words=2000), USUAL, "began garbling: 2 of 5 articles"),
        (sample(articles=5, dated=5, garbled=1, words=2000), USUAL, None),
        (sample(articles=5, dated=5, garbled=2, words=2000), [replace(s, garbled=3) for s in USUAL], None),  # a third always was
        (sample(articles=4, dated=4, texts=1, words=1600), USUAL, "layout changed: one and the same text on 4 pages"),
        (sample(articles=4, dated=4, texts=2, words=1600), USUAL, None),
        (
            sample(pages=1, articles=0),
            [*USUAL[:-2], sample(2, pages=1, articles=0), sample(1, pages=1, articles=0)],
            "layout changed: no article could be read from 3 pages",
        ),  # a page in each of three visits
        (sample(pages=1, articles=0), [*USUAL[:-2], sample(2, pages=1, articles=0)], None),
        (sample(articles=6, dated=6, garbled=6, words=2400), [sample(2, articles=9, dated=9, garbled=9, words=3600)], None),
        (
            sample(articles=6, dated=6, garbled=6, words=2400),
            [sample(1, articles=3, dated=3, words=1200)],
            "began garbling: 6 of 6 articles",
        ),
        (sample(articles=6, dated=6, garbled=6, words=2400), [sample(1, articles=2, dated=2, words=800)], None),
        (sample(articles=5, dated=5, words=200), USUAL, "layout changed: pages have 40 words where 400 were usual"),
        (sample(articles=5, dated=5, words=1500), USUAL, None),
        (sample(articles=6, dated=0, words=2400), [sample(40, articles=90, dated=0, words=36000)], "dates missing"),  # long ago
    ],
)
def test_symptoms(now: Sample, before: list[Sample], symptom: str | None) -> None:
    found = find_symptom(now, before)
    assert (symptom in (found or "")) if symptom else found is None


def health(last: date, **seen: Any) -> tuple[str, str | None]:
    days = find_health(Observations(begun={"bao": NOW - timedelta(days=60)}, **seen), last, {})
    return days[-1].state, days[-1].cause


def ended(days: int = 0) -> CycleEnd:
    return CycleEnd(source_id="bao", ended_at=NOW + timedelta(days=days), outcome="ok")


def test_a_visit_stopped_before_it_saw_anything_is_no_visit() -> None:
    stopped = CycleEnd(source_id="bao", ended_at=NOW, outcome="stopped", cause="5 minutes are over")
    begins = [("bao", NOW)]
    assert health(NOW.date(), cycle_begins=begins, cycle_ends=[stopped]) == ("not_run", "5 minutes are over")
    assert health(NOW.date(), cycle_begins=begins, cycle_ends=[ended(), stopped])[0] != "not_run"
    refused = Failure(source_id="bao", at=NOW, role="feed", cause="HTTP 503")
    assert health(NOW.date(), cycle_begins=begins, cycle_ends=[stopped], failures=[refused]) == ("failing", "HTTP 503")


def test_a_symptom_makes_an_answering_source_a_failing_one() -> None:
    daily = {"bao": [NOW - timedelta(days=n) for n in range(50, -1, -1)]}
    broken = [*USUAL, sample(pages=7, articles=0)]
    assert health(NOW.date(), cycle_ends=[ended()], published=daily, samples=USUAL) == ("ok", None)
    assert health(NOW.date(), cycle_ends=[ended()], published=daily, samples=broken) == (
        "failing",
        "layout changed: no article could be read from 7 pages",
    )
    login = replace(ended(), cause="articles: the site asks for a password (login page)")
    state, cause = health(NOW.date(), cycle_ends=[login], published=daily, samples=broken)
    assert (state, cause) == ("failing", f"layout changed: no article could be read from 7 pages; {login.cause}"), "with what the crawl met"


@pytest.mark.parametrize(
    ("a_week", "quiet", "state"),
    [(35, 3, "ok"), (35, 5, "silent"), (7, 5, "ok"), (7, 11, "silent"), (1, 13, "ok"), (1, 15, "silent")],
)
def test_silence_is_judged_by_what_usually_comes(a_week: int, quiet: int, state: str) -> None:
    last = NOW - timedelta(days=quiet)
    published = {"bao": sorted(last - timedelta(days=7 * n / a_week) for n in range(8 * a_week))}
    assert health(NOW.date(), cycle_ends=[ended()], published=published)[0] == state


def test_the_day_of_an_article_is_worked_out_once_however_many_days_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []
    monkeypatch.setattr(ledger_health, "vietnam_day", lambda at: asked.append(at) or vietnam_day(at))
    published = [NOW - timedelta(days=n, hours=1) for n in range(59, -1, -1)]
    ends = [ended(-n) for n in range(60)]
    visits = [sample(n, pages=10, articles=9, dated=9, words=3600) for n in range(59, -1, -1)]
    assert health(NOW.date(), cycle_ends=ends, published={"bao": published}, samples=visits)[0] == "ok"
    assert len(asked) < 5 * len(published)
