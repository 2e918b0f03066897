"""What a crawl refuses before it begins, which sources are due, and what the journal keeps of a source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from r57monitor.cli.crawl import CrawlRequest, CrawlResult, run_crawl
from r57monitor.cli.crawl import _is_due as is_due
from r57monitor.cli.practice_mark import check_practice
from r57monitor.cli.progress import Shown
from r57monitor.cli.replay import known_sources
from r57monitor.cli.session import choose_registry, journal_sources, journaled_sources
from r57monitor.clock import PRACTICE_NOW, utc_now
from r57monitor.errors import HomeError, R57Error, RegistryError, UsageError
from r57monitor.models import Source
from r57monitor.registry import load_sources, shipped_registry
from spiders.memory import SourceMemory
from spiders.options import Counts
from warehouse.home import Home
from warehouse.journal import Journal

REAL = Source(id="bao", name="Báo", kind="newspaper", homepage="https://bao.example/", delay_s=0, active_from=date(2025, 7, 1))
INNER = replace(REAL, id="noi-bo", homepage="http://10.0.0.7:8000/", private_network=True)
PLAYED = replace(INNER, id="tap", practice=True)
QUIET = Shown(quiet=True)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.prepare()
    return made


def test_practice_and_real_sources_never_share_a_home(home: Home) -> None:
    assert check_practice(home, [REAL, INNER]) is False
    assert check_practice(home, [PLAYED]) is True
    with pytest.raises(UsageError, match="different homes"):
        check_practice(home, [PLAYED, INNER])
    journal_sources(Journal(home.journal), {"bao": REAL}, {})
    with pytest.raises(UsageError, match="holds pages of bao"):
        check_practice(home, [PLAYED])


def test_a_practice_home_refuses_public_sources(home: Home) -> None:
    home.practice_mark.touch()
    assert check_practice(home, [PLAYED]) is True
    with pytest.raises(UsageError, match="invented numbers"):
        check_practice(home, [REAL])


def test_the_played_clock_is_for_practice_only(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PRACTICE_NOW, "2025-07-05T08:00:00+07:00")
    assert check_practice(home, [PLAYED]) is True
    with pytest.raises(UsageError, match=PRACTICE_NOW):
        check_practice(home, [INNER])


def test_the_journal_remembers_sources_as_last_defined(home: Home) -> None:
    journal = Journal(home.journal)
    journal_sources(journal, {"bao": REAL, "noi-bo": INNER}, {})
    journal_sources(journal, {"bao": REAL}, journaled_sources(journal))
    changed = replace(REAL, feeds=("https://bao.example/rss",), recheck_days=3)
    journal_sources(journal, {"bao": changed}, journaled_sources(journal))
    assert journaled_sources(journal) == {"bao": changed, "noi-bo": INNER}
    assert sum(entry["event"] == "source" for entry in journal.iterate()) == 3


def test_due_sources() -> None:
    past = SourceMemory()
    assert is_due(REAL, past, 6.0)
    past.last_begun = utc_now() - timedelta(hours=5)
    assert not is_due(REAL, past, 6.0)
    assert is_due(replace(REAL, interval_h=4), past, 6.0)
    past.unfinished.add("c1")
    assert is_due(REAL, past, 6.0)


@pytest.mark.parametrize(
    ("states", "code"), [((), 0), (("ok",), 0), (("ok", "failing"), 0), (("failing", "failing"), 1), (("failing", "waiting"), 1)]
)
def test_exit_codes(states: tuple[str, ...], code: int) -> None:
    assert CrawlResult(counts={str(n): Counts(state=state) for n, state in enumerate(states)}).exit_code == code


def test_unknown_sources_and_registries_are_named(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="khong-co-bao-nay"):
        run_crawl(home, CrawlRequest(source_ids=("khong-co-bao-nay",)), QUIET)
    with pytest.raises(UsageError, match=r"khong\.toml"):
        run_crawl(home, CrawlRequest(registries=(tmp_path / "khong.toml",)), QUIET)


def test_a_registry_of_blocked_sources_has_nothing_to_crawl(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "r.toml"
    file.write_text('[[source]]\nid = "a"\nname = "A"\nkind = "blocked"\nhomepage = "https://a.example/"\n')
    with pytest.raises(R57Error, match=r"no source to crawl: none is active in .*r\.toml"):
        run_crawl(home, CrawlRequest(registries=(file,)), QUIET)


def test_a_home_is_written_by_one(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "r.toml"
    file.write_text('[[source]]\nid = "a"\nname = "A"\nkind = "portal"\nhomepage = "https://a.example/"\n')
    with home.lock("serve"), pytest.raises(HomeError, match="r57 serve"):
        run_crawl(home, CrawlRequest(registries=(file,)), QUIET)


def test_the_homes_own_sources_are_always_read(home: Home, tmp_path: Path) -> None:
    (home.sources / "own.toml").write_text('[[source]]\nid = "rieng"\nname = "R"\nkind = "portal"\nhomepage = "https://r.example/"\n')
    file = tmp_path / "r.toml"
    file.write_text('[[source]]\nid = "a"\nname = "A"\nkind = "portal"\nhomepage = "https://a.example/"\n')
    assert list(choose_registry(home, [file])) == ["a", "rieng"]
    assert "rieng" in choose_registry(home, ())
    assert list(choose_registry(home, [home.sources])) == list(choose_registry(home, [home.sources / "own.toml"])) == ["rieng"]


def test_a_replay_keeps_sources_that_only_share_an_id_with_a_shipped_one(home: Home) -> None:
    shipped = next(s for s in load_sources([shipped_registry()]).values() if s.province)
    other = replace(shipped, homepage="http://127.0.0.1:9999/", feeds=(), sitemaps=(), sections=(), hosts=(), province=None)
    journal_sources(Journal(home.journal), {shipped.id: other}, {})
    assert known_sources(home, Journal(home.journal)) == {shipped.id: other}
    journal_sources(Journal(home.journal), {shipped.id: replace(shipped, province=None)}, {})
    assert known_sources(home, Journal(home.journal)) == {shipped.id: shipped}


@pytest.mark.parametrize(
    "text",
    ["source = [1, 2]\n", '[[source]]\nid = "a"\nname = "A"\nkind = "newspaper"\nhomepage = "http://[::1/"\n',
     '[[source]]\nid = "a"\nname = "A"\nkind = "newspaper"\nhomepage = "http://a:99999/"\n'],
)  # fmt: skip
def test_odd_registries_are_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(RegistryError, match=r"odd\.toml"):
        load_sources([file])
