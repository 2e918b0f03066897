"""What the dashboard keeps for each person: who sees what, since when, and that nobody's file leads elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.sample_home import make_home
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.personal import Visit, drop_view, is_own_address, last_seen, note_visit, read_belongings, save_view, watch
from warehouse.queries import open_published
from warehouse.queries.since import counts_since, figures_since

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)


def _visits(*told: tuple[float, int]) -> list[Visit]:
    return [Visit(NOW - timedelta(hours=hours), snapshot) for hours, snapshot in told]


@pytest.mark.parametrize(
    ("visits", "snapshot", "found"),
    [
        ([], 5, None),
        ([(24, 5)], 5, None),  # nothing was published since
        ([(24, 3), (1, 5)], 5, 3),  # the same morning, opened again
        ([(24, 3), (1, 4)], 5, 3),  # a publish during the morning: still since yesterday
        ([(48, 2), (24, 3)], 5, 3),
        ([(1, 4)], 5, 4),  # the first day
        ([(24, 9)], 5, None),  # numbers began anew
    ],
)
def test_which_visit_to_compare_with(visits: list[tuple[float, int]], snapshot: int, found: int | None) -> None:
    before = last_seen(_visits(*visits), NOW, snapshot)
    assert (before.snapshot if before else None) == found


def test_each_person_has_their_own(tmp_path: Path) -> None:
    home = Home(tmp_path)
    save_view(home, "an@so.vn", "  5G   Lào Cai ", "/figures?tinh=lao-cai")
    save_view(home, "an@so.vn", "5G Lào Cai", "/figures?tinh=lao-cai&chi_so=tram_5g")
    save_view(home, "an@so.vn", "Lỗi", "/sources")
    drop_view(home, "an@so.vn", "Lỗi")
    watch(home, "an@so.vn", ["Lào Cai"], ["tram_5g"])
    watch(home, "an@so.vn", ["Huế"], [])
    note_visit(home, "an@so.vn", 3)
    note_visit(home, "an@so.vn", 3)
    kept = read_belongings(home, "an@so.vn")
    assert kept.views == {"5G Lào Cai": "/figures?tinh=lao-cai&chi_so=tram_5g"}
    assert (kept.provinces, kept.metrics) == (("Huế",), ())
    assert [visit.snapshot for visit in kept.visits] == [3]
    other = read_belongings(home, "local")
    assert not other.watches
    assert not other.views


def test_none_of_it_is_in_the_journal_that_is_read_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    note_visit(home, "local", 1)
    assert not list(home.journal.glob("*")) if home.journal.exists() else True
    assert len(list((home.path / "people").glob("*.jsonl"))) == 1


@pytest.mark.parametrize(
    ("address", "own"),
    [("/", True), ("/figures?tinh=lao-cai&trang_thai=new", True), ("//evil.example/", False), ("https://evil.example/", False),
     ("javascript:alert(1)", False), ("/\\evil.example", False), ('/"><script>', False), ("/a b", False), ("", False), ("/a\n", False)],
)  # fmt: skip
def test_a_saved_address_stays_within_the_dashboard(address: str, own: bool, tmp_path: Path) -> None:
    assert is_own_address(address) is own
    home = Home(tmp_path)
    if not own:
        with pytest.raises(ValueError, match="no view"):
            save_view(home, "local", "x", address)
    Journal(home.path / "people").append("view_saved", person="local", name="x", address=address)
    assert bool(read_belongings(home, "local").views) is own


def test_what_came_since_a_snapshot(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    with open_published(home) as reader:
        assert set(counts_since(reader, 1).values()) == {0}
        assert figures_since(reader, 1) == []
        all_counts = counts_since(reader, 0)
        relevant = reader.rows("SELECT count(*) AS n FROM main.articles WHERE is_relevant")[0]["n"]
        assert all_counts["articles"] == relevant
        assert all_counts["edited"] == 0
        rows = figures_since(reader, 0, limit=5)
        assert len(rows) == 5
        assert {row["state"] for row in rows} <= {"new", "higher", "lower", "restated", "target_moved", "conflict"}
        assert rows[0]["state"] in {"conflict", "target_moved"}
