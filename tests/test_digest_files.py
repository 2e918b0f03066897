"""write_digest: which files it writes, where, and that one snapshot always gives the same bytes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from r57monitor.cli.digest import write_digest
from r57monitor.errors import HomeError, R57Error, UsageError
from tests.sample_home import make_home
from warehouse.home import Home
from warehouse.publish import ensure_published


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("sample"))


def test_the_last_whole_week_goes_into_the_home(sample: Home) -> None:
    paths = write_digest(sample)
    assert [p.name for p in paths] == ["diem-bao-2025-W31.html", "diem-bao-2025-W31.md"]
    assert {p.parent for p in paths} == {sample.digests}
    assert "Điểm báo tuần 31/2025" in paths[0].read_text("utf-8")


def test_one_snapshot_one_digest(sample: Home, tmp_path: Path) -> None:
    formats = ("html", "md", "json", "docx")
    first = [p.read_bytes() for p in write_digest(sample, week="2025-W30", formats=formats, out=tmp_path / "a")]
    again = [p.read_bytes() for p in write_digest(sample, week="2025-W30", formats=formats, out=tmp_path / "b")]
    assert first == again
    assert not list(tmp_path.glob("*/.*"))


def test_days_and_province(sample: Home, tmp_path: Path) -> None:
    asked = {"date_from": date(2025, 7, 1), "date_to": date(2025, 7, 20)}
    (path,) = write_digest(sample, **asked, province="Lào Cai", formats=("json",), out=tmp_path)  # type: ignore[arg-type]
    assert path.name == "diem-bao-2025-07-01_2025-07-20-vn34-15.json"
    model = json.loads(path.read_text("utf-8"))
    assert model["items"]
    assert all("Lào Cai" in item["provinces_now"] for item in model["items"])
    assert {line["province_now"] for line in model["results"]} == {"Lào Cai"}


def test_feed_of_digests_stands_beside_them(sample: Home) -> None:
    """Each digest once, the newest first, with the files that are there; written with the format atom only."""
    assert not (sample.digests / "diem-bao.atom").exists()
    write_digest(sample, week="2025-W29", formats=("html", "pdf"))
    paths = write_digest(sample, week="2025-W30", formats=("atom", "md"))
    assert [p.name for p in paths] == ["diem-bao-2025-W30.atom", "diem-bao-2025-W30.md", "diem-bao.atom"]
    entries = {entry.title: entry for entry in feedparser.parse(paths[-1].read_bytes()).entries}
    weeks = [title.split()[3] for title in entries if title.startswith("Điểm báo tuần")]
    assert weeks == sorted(weeks, reverse=True)
    assert {"29/2025", "30/2025"} <= set(weeks)
    links = {link.href for link in entries["Điểm báo tuần 29/2025 – Dự thảo – chưa được duyệt"].links}
    assert links == {"diem-bao-2025-W29.html", "diem-bao-2025-W29.pdf"}
    schema = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
    assert schema.validate(etree.fromstring(paths[-1].read_bytes())), schema.error_log


def test_office_comes_from_the_environment(sample: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R57_OFFICE", "Văn phòng Thử nghiệm")
    (path,) = write_digest(sample, week="2025-W30", formats=("md",), out=tmp_path)
    assert "Văn phòng Thử nghiệm" in path.read_text("utf-8")


def test_what_cannot_be_done_is_said(sample: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="papyrus"):
        write_digest(sample, formats=("papyrus",))
    with pytest.raises(UsageError, match="Xứ Lạ"):
        write_digest(sample, province="Xứ Lạ")
    with pytest.raises(HomeError, match="nowhere"):
        write_digest(Home(tmp_path / "nowhere"))
    with pytest.raises(HomeError, match="nothing is published"):
        write_digest(Home(tmp_path))
    (tmp_path / "file").write_text("x")
    with pytest.raises(R57Error, match="--out"):
        write_digest(sample, week="2025-W30", formats=("md",), out=tmp_path / "file")


def test_an_empty_warehouse_has_no_last_week(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    ensure_published(home)
    with pytest.raises(UsageError, match="nothing was crawled yet"):
        write_digest(home)
    (path,) = write_digest(home, week="2025-W30", formats=("md",))
    assert "Không quan sát được (34)" in path.read_text("utf-8")
