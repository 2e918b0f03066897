"""The digest: what goes in, what comes out, byte for byte."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from r57monitor.catalogue import Catalogue, Metric
from r57monitor.digest import FORMATS, render
from r57monitor.digest.build import build_digest
from r57monitor.digest.model import Digest, DigestRows, Period
from r57monitor.digest.request import Request, choose_office, choose_period, file_stem, find_province, last_week
from r57monitor.errors import UsageError
from r57monitor.gazetteer import load_gazetteer
from r57monitor.preferences import Office
from tests.digest_rows import WEEK, article, make_rows

_GOLDEN = Path(__file__).parent / "golden"
_CATALOGUE = Catalogue((Metric(id="bts_5g_stations", label_vi="Số trạm 5G", unit="trạm", cues_any=("trạm 5G",)),))


def _build(rows: DigestRows | None = None, period: Period = WEEK, **more: Any) -> Digest:
    request = Request(period=period, office=Office(unit="Văn phòng thử"))
    masthead = request.make_masthead(date(2025, 7, 28))
    given = {"name": request.name, "masthead": masthead, "gazetteer": load_gazetteer(), "catalogue": _CATALOGUE} | more
    return build_digest(rows or make_rows(), period, **given)


@pytest.mark.parametrize("name", ["atom", "html", "json", "md"])
def test_golden(name: str) -> None:
    """A missing golden file is written, and the test fails so that somebody reads it."""
    file = _GOLDEN / f"digest.{name}"
    body = render(_build(), name)
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(body)
        pytest.fail(f"{file} was written: read it, then run again")
    assert body.decode("utf-8") == file.read_text("utf-8")


def test_same_rows_same_bytes_whatever_their_order() -> None:
    rows = make_rows()
    turned = replace(rows, articles=rows.articles[::-1], figures=rows.figures[::-1], documents=rows.documents[::-1])
    for name in FORMATS:
        assert render(_build(turned), name) == render(_build(rows), name)


def test_page_text_is_never_markup() -> None:
    html = render(_build(), "html").decode("utf-8")
    assert "<script>" not in html
    assert "javascript:" not in html
    assert "&lt;script&gt;" in html
    assert "Báo &lt;B&gt; &amp; bạn" in html
    assert "javascript:" not in render(_build(), "md").decode("utf-8")


def test_word_document_holds_the_same_and_links_only_the_web() -> None:
    body = render(_build(), "docx")
    document = Document(io.BytesIO(body))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    text = "\n".join(p.text for p in document.paragraphs)
    assert "Điểm báo tuần 30/2025" in text
    assert "150 trạm tăng" in cells
    assert "Thêm trạm 5G <script>alert(1)</script>" in text
    assert not [r for r in document.part.rels.values() if r.is_external and not r.target_ref.startswith("http")]
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_html_asks_nothing_of_any_network() -> None:
    html = render(_build(), "html").decode("utf-8")
    assert "default-src 'none'" in html
    assert "src=" not in html.replace("default-src", "")
    assert "<link" not in html


def test_results_and_targets_stand_apart() -> None:
    digest = _build()
    assert [f.value for f in digest.results] == ["150 trạm", "12 trạm"]
    assert {f.kind for f in digest.targets} == {"target"}
    assert (digest.results[0].against, digest.results[0].target) == ("138 trạm (tháng 6/2025)", "≥ 350 trạm (năm 2025)")


def test_conflict_is_no_new_figure_and_shows_both_sides() -> None:
    digest = _build()
    assert [(p.earlier.value, p.later.value) for p in digest.conflicts] == [("150 trạm", "140 trạm")]
    assert "140 trạm" not in [f.value for f in digest.results]
    assert [(p.earlier.value, p.later.value) for p in digest.moved] == [("≥ 300 trạm", "≥ 350 trạm")]


def test_copies_stand_under_their_original() -> None:
    item = next(i for i in _build().items if i.article_id == "tram-5g")
    assert [c.outlet for c in item.copies] == ["Gom Tin"]
    assert (item.publishers, item.new_figures) == (1, 2)


def test_counts_are_set_against_a_period_that_was_observed() -> None:
    counts = {c.key: (c.now, c.before) for c in _build().counts}
    assert counts == {"articles": (4, 1), "originals": (3, 1), "outlets": (2, 1), "provinces": (1, 1), "new_figures": (4, 2)}
    blind = _build(replace(make_rows(), is_before_observed=False))
    assert {c.before for c in blind.counts} == {None}
    assert "kỳ trước: không quan sát" in render(blind, "html").decode("utf-8")


def test_silence_is_told_apart_from_blindness() -> None:
    digest = _build()
    assert digest.reported == ("Lào Cai",)
    assert digest.silent == ("Nghệ An",)
    assert len(digest.not_observed) == 32


def test_part_of_a_week_is_reported_only_by_its_own_articles() -> None:
    digest = _build(replace(make_rows(), articles=[]), Period(date(2025, 7, 21), date(2025, 7, 22)))
    assert digest.reported == ()
    assert digest.silent == ("Lào Cai", "Nghệ An")


def test_documents_issued_long_ago_are_no_news() -> None:
    assert [d.number for d in _build().documents] == ["12/KH-UBND", "99/QĐ-UBND"]


def test_a_day_that_is_unknown_stays_unknown() -> None:
    item = next(i for i in _build().items if i.article_id == "ca-nuoc")
    assert item.day is None
    assert "chưa rõ ngày đăng" in render(_build(), "md").decode("utf-8")


def test_old_name_with_today_in_brackets() -> None:
    old = {"province_id": "vn63-67", "province": "Đắk Nông", "province_now": "Lâm Đồng", "role": "subject"}
    rows = replace(make_rows(), articles=[article("cu", "bao-b", None, provinces=[old])], figures=[])
    digest = _build(rows)
    assert digest.items[0].provinces == ("Đắk Nông (nay thuộc Lâm Đồng)",)
    assert [s.name for s in digest.sections] == ["Lâm Đồng"]


def test_empty_week_is_a_whole_digest() -> None:
    rows = replace(
        make_rows(), articles=[], late=[], before=[], figures=[], documents=[], health=[], coverage=[], quality=[], sources=[], snapshot={}
    )
    digest = _build(rows)
    html = render(digest, "html").decode("utf-8")
    assert "Trong kỳ không có bài nào." in html
    assert len(digest.not_observed) == 34
    assert json.loads(render(digest, "json"))["items"] == []


@pytest.mark.parametrize(
    ("day", "monday"), [(date(2025, 8, 3), date(2025, 7, 28)), (date(2025, 8, 2), date(2025, 7, 21)), (date(2025, 8, 4), date(2025, 7, 28))]
)
def test_last_week_is_whole(day: date, monday: date) -> None:
    assert last_week(day).start == monday


@pytest.mark.parametrize(
    "asked",
    [("2025-W60", None, None), ("tuần 3", None, None), ("2025-W30", date(2025, 7, 1), None), (None, date(2025, 7, 1), None),
     (None, date(2025, 7, 2), date(2025, 7, 1)), (None, None, None)],
)  # fmt: skip
def test_periods_that_are_none(asked: tuple[Any, Any, Any]) -> None:
    with pytest.raises(UsageError):
        choose_period(*asked, None)


def test_requests() -> None:
    assert choose_period("2025-W30", None, None, None) == WEEK
    assert find_province("Đắk Nông") == "Lâm Đồng"
    assert find_province("tỉnh Lào Cai") == "Lào Cai"
    with pytest.raises(UsageError, match="Xứ Lạ"):
        find_province("Xứ Lạ")
    assert file_stem(WEEK, None) == "diem-bao-2025-W30"
    assert file_stem(Period(date(2025, 7, 1), date(2025, 7, 20)), None) == "diem-bao-2025-07-01_2025-07-20"
    assert choose_office(" Sở thử ") == "Sở thử"
    assert choose_office("") == "Đơn vị theo dõi"


def test_what_was_published_before_the_first_visit_is_counted_apart() -> None:
    """Somebody who has just begun sees no new figure, and reads why."""
    rows = make_rows()
    before = replace(rows, figures=[row | {"state": "baseline"} for row in rows.figures])
    assert _build(before).baseline == len(rows.figures)
    said = render(_build(before), "md").decode("utf-8")
    assert "trong kỳ có 5 số liệu đăng trước lần đầu tiên ghé nguồn" in said
    assert "ghé nguồn" not in render(_build(), "md").decode("utf-8")


def test_a_document_the_tables_know_to_be_old_is_no_news() -> None:
    """Most articles name the resolution without its day."""
    rows = make_rows()
    undated = [row | {"issued_on": None} for row in rows.documents]
    assert [d.number for d in _build(replace(rows, documents=undated)).documents] == ["12/KH-UBND", "99/QĐ-UBND"]
