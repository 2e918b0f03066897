"""The digest's page: what stands there before the digest is put together, its preview cut short, and what is kept of it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from r57monitor.catalogue import Catalogue, load_home_catalogue
from r57monitor.digest.html import render_first
from r57monitor.digest.model import Digest, Period
from r57monitor.digest.request import Request
from r57monitor.views.proposals import Proposals, count_lines
from r57monitor.wording import week_days
from tests.apps import html_of, open_page
from tests.sample_home import make_home
from warehouse.drafting import draft_digest
from warehouse.home import Home
from warehouse.queries import Reader, open_published, weeks
from warehouse.queries.digest import read_digest

WEEK = "2025-W31"


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = make_home(tmp_path / "home")
    monkeypatch.setenv("R57_HOME", str(home.path))
    return home


def _request(week: str, province: str | None = None, pillar: int | None = None) -> Request:
    days = week_days(week)
    assert days
    return Request(period=Period(*days), province=province, pillar=pillar)


_known: dict[Request, Digest] = {}


def _read_once(reader: Reader, request: Request, catalogue: Catalogue) -> Digest:
    """The machine's proposal, the same in every copy of the sample: nothing here changes its rows or its catalogue."""
    if request not in _known:
        _known[request] = read_digest(reader, request, catalogue)
    return _known[request]


def _read(home: Home, request: Request) -> Digest:
    with open_published(home) as reader:
        return _read_once(reader, request, load_home_catalogue(home.metrics))


def _draft(home: Home, request: Request) -> Digest:
    with open_published(home) as reader:
        return draft_digest(home, reader, request, load_home_catalogue(home.metrics), _read_once).digest


def _told(html: str) -> dict[str, str]:
    return dict(re.findall(r'<div class="label">([^<]*)</div><div class="value">([^<]*)</div>', html))


@pytest.mark.parametrize("limits", [{}, {"tinh": "lao-cai"}, {"tru_cot": "3"}])
def test_the_counts_above_are_those_of_the_digest(sample: Home, limits: dict[str, str]) -> None:
    shown = 0
    with open_published(sample) as reader:
        found = weeks(reader)
    for week in found:
        request = _request(week, "Lào Cai" if "tinh" in limits else None, 3 if "tru_cot" in limits else None)
        digest = _draft(sample, request)
        told = _told(html_of(open_page("digest", tuan=week, **limits)))
        counts = {count.key: count.now for count in digest.counts}
        assert (told["Bài liên quan"], told["Bài gốc"]) == (str(counts["articles"]), str(counts["originals"])), (week, limits)
        shown += counts["articles"]
    assert shown


def test_the_preview_has_the_first_lines_of_each_part_and_says_so(sample: Home) -> None:
    digest = _draft(sample, _request(WEEK))
    assert len(digest.results) > 1
    cut, whole = render_first(digest, 1), render_first(digest, 10_000)
    assert {int(n) for n in re.findall(r"nêu 1 dòng đầu trong (\d+) dòng", cut)} >= {len(digest.items)}
    assert "dòng đầu trong" not in whole
    assert len(cut) < len(whole)


def test_the_office_s_own_page_is_what_is_previewed(sample: Home) -> None:
    sample.templates.mkdir()
    (sample.templates / "digest.html.j2").write_text("<p>Mẫu riêng của {{ o.head.unit }}</p>", "utf-8")
    assert "Mẫu riêng của" in render_first(_draft(sample, _request(WEEK)), 40, sample.templates)
    frames = [str(block.proto) for block in open_page("digest", tuan=WEEK).get("iframe")]
    assert any("Mẫu riêng của" in frame for frame in frames)


def test_a_template_that_is_wrong_is_told_in_one_line(sample: Home) -> None:
    sample.templates.mkdir()
    (sample.templates / "digest.html.j2").write_text("{{ o.nothing_like_this }}", "utf-8")
    test = open_page("digest", tuan=WEEK)
    assert any("digest.html.j2" in error.value.replace("\\", "") for error in test.error)


def test_what_was_newly_reported_before_is_counted_as_it_would_be_listed(sample: Home) -> None:
    with open_published(sample) as reader:
        found = list(weeks(reader))[::-1]
    digests = {week: _read(sample, _request(week)) for week in found}
    pairs = 0
    for earlier, later in pairwise(found):
        counts = {count.key: count for count in digests[later].counts}
        if counts["new_figures"].before is not None:
            assert counts["new_figures"].before == len(digests[earlier].results) + len(digests[earlier].targets)
            pairs += 1
    assert pairs


def test_digests_are_kept_up_to_a_size_the_last_one_always(sample: Home) -> None:
    digest = _draft(sample, _request(WEEK))
    kept = Proposals(most=2 * count_lines(digest))
    for n in range(3):
        kept.keep(n, replace(digest, name=f"diem-bao-{n}"))
    assert kept.find(0) is None
    assert [kept.find(n) is not None for n in (1, 2)] == [True, True]
    small = Proposals(most=0)
    small.keep("one", digest)
    small.keep("two", digest)
    assert small.find("one") is None
    assert small.find("two") is digest


def test_of_two_provinces_the_one_chosen_last_is_the_digest_s(sample: Home) -> None:
    test = open_page("digest", tuan=WEEK, tinh="lao-cai")
    chosen = next(box for box in test.multiselect if box.key == "digest_province")
    assert [name.split("\n")[0].replace("\u00a0", " ") for name in chosen.value] == ["Lào Cai"]
    chosen.set_value(["Lào Cai", "Nghệ An"]).run()
    assert not test.exception
    assert next(box for box in test.multiselect if box.key == "digest_province").value == ["Nghệ An"]
    assert test.query_params["tinh"] in ("nghe-an", ["nghe-an"])


@pytest.mark.parametrize(("page", "stem"), [("quality", "chat-luong"), ("sources", "phu-thuoc-nguon")])
def test_tables_of_quality_and_of_dependence_can_be_taken_as_files(sample: Home, page: str, stem: str) -> None:
    names = [str(button.proto) for button in open_page(page).get("download_button")]
    assert {ending for ending in ("CSV", "XLSX") for name in names if stem in name and ending in name} == {"CSV", "XLSX"}
