"""Difficulties, the docket of targets, corrections to what was sent, the number of the issue, the ten lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from r57monitor.cli.digest import open_draft
from r57monitor.digest.corrections import CorrectionRows, SentDigest, list_corrections
from r57monitor.digest.difficulties import MOST, find_difficulties, list_difficulties
from r57monitor.digest.figures import quote_label
from r57monitor.digest.model import Digest, Period
from r57monitor.digest.request import Request, number_issue, read_name
from r57monitor.digest.short import render_short
from r57monitor.errors import UsageError
from r57monitor.preferences import Office
from tests.digest_rows import WEEK, article, figure, make_rows
from tests.sample_home import make_home
from tests.test_digest import _CATALOGUE, _build
from warehouse.desk import approve, note_sent
from warehouse.journal import Journal
from warehouse.publish import publish
from warehouse.queries import open_published
from warehouse.reviewing import review_figure
from warehouse.writers import Warehouse

NOON = datetime(2025, 7, 28, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sentence", "is_one"),
    [
        ("Tuy nhiên, việc kết nối dữ liệu giữa các sở còn chậm, nhiều xã chưa có người phụ trách.", True),
        ("Khó khăn lớn nhất của xã vùng cao là đường truyền internet không ổn định.", True),
        ("Hiện còn 14 thôn lõm sóng, người dân phải ra trung tâm xã để nộp hồ sơ trực tuyến.", True),
        ("Tỷ lệ số hóa hồ sơ của huyện chưa đạt yêu cầu đề ra.", True),
        ("Máy tính ở nhiều xã đã xuống cấp, không chạy được phần mềm mới.", True),
        ("Cán bộ xã vẫn thiếu kỹ năng số, còn lúng túng khi dùng phần mềm.", True),
        ("Tỉnh yêu cầu các sở kịp thời tháo gỡ khó khăn, vướng mắc trong chuyển đổi số.", False),
        ("Các sở báo cáo chậm nhất ngày 30/6 về hạ tầng số.", False),
        ("Những vướng mắc về dữ liệu đã được tháo gỡ trong tháng 5.", False),
        ("Hệ thống vận hành thông suốt, không gặp khó khăn khi triển khai.", False),
        ("Lãnh đạo tỉnh lắng nghe những khó khăn, vướng mắc của doanh nghiệp công nghệ.", False),
        ("Mưa lũ làm nhiều tuyến đường còn khó khăn.", False),
        ("| Nhiệm vụ chậm tiến độ của kế hoạch | 12 nhiệm vụ |", False),
        ("Những khó khăn trong số hóa gồm có:", False),
        ("", False),
    ],
)
def test_difficulties_are_told_from_remedies(sentence: str, is_one: bool) -> None:
    found = find_difficulties(sentence)
    assert bool(found) is is_one
    assert all(sentence[start : start + len(said)] == said for start, said, _ in found)


def test_difficulties_are_quoted_once_a_text_with_its_place() -> None:
    items = _build().items
    text = "Tỉnh đã số hóa 80% hồ sơ.\nViệc kết nối dữ liệu còn chậm. Đường truyền ở xã còn yếu. Nhân lực số còn thiếu.\n"
    lines = list_difficulties([{"article_id": name, "text": text} for name in ("tram-5g", "tram-5g-lai", "khong-co")], items, ["Lào Cai"])
    assert [(q.article_id, q.sentence, q.cue) for q in lines] == [
        ("tram-5g", "Việc kết nối dữ liệu còn chậm.", "kết nối dữ liệu còn chậm"),
        ("tram-5g", "Đường truyền ở xã còn yếu.", "còn yếu"),
    ]
    assert {text[q.start : q.start + len(q.sentence)] == q.sentence for q in lines} == {True}
    assert (lines[0].provinces, lines[0].outlet) == (("Lào Cai",), "Cổng tỉnh A")


def test_difficulties_do_not_fill_the_digest() -> None:
    many = [article(f"bai-{n}", "cong-a", datetime(2025, 7, 22, 2)) for n in range(60)]
    texts = [{"article_id": row["article_id"], "text": "Hạ tầng số ở xã còn yếu."} for row in many]
    assert len(_build(replace(make_rows(), articles=many, texts=texts)).difficulties) == MOST


def _target(series: str, due: date, status: str, **more: Any) -> dict[str, Any]:
    row = {
        "series_id": series, "province_id": "vn34-15", "province": "Lào Cai", "province_now": "Lào Cai", "metric_id": "bts_5g_stations",
        "label": None, "due": due, "due_status": status, "figure_id": "f3", "result_figure_id": None, "result_state": None,
        "is_result_new": False,
    }  # fmt: skip
    return row | more


def test_docket_of_targets() -> None:
    rows = make_rows()
    docket = [
        _target("muon", date(2025, 12, 31), "open"),
        _target("sap", date(2025, 8, 20), "due_soon"),
        _target("xa", date(2025, 9, 20), "due_soon"),
        _target("den-han", date(2025, 7, 25), "no_result_seen"),
        _target("dat", date(2025, 12, 31), "reached", result_figure_id="f1", result_state="higher", is_result_new=True),
        _target("dat-truoc", date(2025, 12, 31), "reached", result_figure_id="f1", result_state="repeat", is_result_new=True),
        _target("mat", date(2025, 7, 24), "no_result_seen", figure_id="gone"),
    ]
    digest = _build(replace(rows, docket=docket, proofs=rows.figures))
    assert [(t.group, t.series_id) for t in digest.docket] == [("reached", "dat"), ("fell_due", "den-han"), ("due_soon", "sap")]
    reached = digest.docket[0]
    assert (reached.said.value, reached.result.value if reached.result else "") == ("≥ 300 trạm", "150 trạm")
    assert reached.result is not None
    assert reached.result.sentence.startswith("Đến ngày 20/7")


def _stand(digest: Digest, **more: Any) -> CorrectionRows:
    found = [line.figure_id for line in (*digest.results, *digest.targets)]
    figures = [row for row in make_rows().figures if row["figure_id"] in found]
    given = {"rules_version": "r2", "figures": figures, "gone": frozenset(), "reviews": [], "withdrawals": [], "dismissed": frozenset()}
    return CorrectionRows(**(given | more))


def _correct(rows: CorrectionRows, *sent: SentDigest) -> list[tuple[str, str, str, str]]:
    return [(c.kind, c.figure_id, c.was, c.now) for c in list_corrections(sent, rows, _CATALOGUE)]


def test_what_stands_as_it_was_printed_is_no_correction() -> None:
    digest = _build()
    assert _correct(_stand(digest), SentDigest(digest.name, NOON, frozenset(), digest)) == []


def test_every_kind_of_correction() -> None:
    digest = _build()
    sent = SentDigest(digest.name, NOON, frozenset({"tram-5g", "ke-hoach"}), digest)
    first = make_rows().articles[0]
    f1, f2, f3, f4 = (row for row in make_rows().figures if row["figure_id"] in {"f1", "f2", "f3", "f4"})
    later = figure("f9", first, 155, "Sửa lại là 155 trạm.", "155 trạm", state="restated", against_figure_id="f1")
    was = "150 trạm (20/07/2025)"
    assert _correct(_stand(digest, figures=[f1, f2, f3, f4, later]), sent) == [("restated", "f1", was, "155 trạm (20/07/2025)")]
    fixed = [f1 | {"value": 151.0}, f2, f3, f4]
    assert _correct(_stand(digest, figures=fixed, reviews=[{"figure_id": "f1", "verdict": "fix"}]), sent)[0] == (
        "fixed", "f1", was, "151 trạm (20/07/2025)",
    )  # fmt: skip
    assert _correct(_stand(digest, figures=fixed), sent)[0][0] == "reread"
    moved = [f1 | {"metric_id": None, "label": "trạm phát sóng"}, f2, f3, f4]
    assert _correct(_stand(digest, figures=moved), sent)[0][3] == "150 trạm (20/07/2025); trạm phát sóng"
    rest = [f2, f3, f4]
    rejected = _stand(digest, figures=rest, reviews=[{"figure_id": "f1", "verdict": "reject"}])
    assert _correct(rejected, sent) == [("rejected", "f1", was, "")]
    assert _correct(_stand(digest, figures=rest, gone=frozenset({"f1"})), sent) == [("gone", "f1", was, "")]
    assert _correct(_stand(digest, figures=rest), sent) == [("reread", "f1", was, "")]
    assert _correct(_stand(digest, figures=[f1 | {"figure_id": "new-id"}, *rest]), sent) == []
    assert _correct(_stand(digest, figures=[f3, f4], dismissed=frozenset({"tram-5g"})), sent) == [
        ("rejected", "f1", was, ""), ("rejected", "f2", "12 trạm (20/07/2025)", ""),
    ]  # fmt: skip


def test_withdrawn_articles_are_named_by_nothing_but_the_digest() -> None:
    digest = _build()
    gone = [{"article_id": "tram-5g", "decided_at": datetime(2025, 7, 29, 3)}, {"article_id": "x", "decided_at": datetime(2025, 7, 29, 3)}]
    for kept in (digest, None):  # the stored model may have had to go
        sent = SentDigest(digest.name, NOON, frozenset({"tram-5g", "ke-hoach"}), kept)
        (line,) = list_corrections([sent], _stand(digest, withdrawals=gone), _CATALOGUE)
        assert (line.kind, line.digest, line.url, line.was, line.sentence) == ("withdrawn", digest.name, "", "", "")
    early = SentDigest(digest.name, datetime(2025, 8, 1, tzinfo=UTC), frozenset({"tram-5g"}), None)
    assert list_corrections([early], _stand(digest, withdrawals=gone), _CATALOGUE) == ()


def test_what_a_later_digest_listed_is_not_listed_again() -> None:
    digest = _build()
    rows = _stand(digest, figures=[r for r in make_rows().figures if r["figure_id"] in {"f2", "f3", "f4"}])
    first = SentDigest(digest.name, NOON, frozenset(), digest)
    listed = list_corrections([first], rows, _CATALOGUE)
    second = SentDigest(
        "diem-bao-2025-W31", NOON.replace(month=8), frozenset(), replace(digest, results=(), targets=(), corrections=listed)
    )
    assert len(listed) == 1
    assert list_corrections([second, first], rows, _CATALOGUE) == ()


def test_next_digest_lists_what_was_corrected_since(tmp_path: Path) -> None:
    """From the review to the page: the sent digest stays, the next one says what a reviewer changed."""
    home = make_home(tmp_path / "home")
    sent = open_draft(home, "2025-W30").digest
    note_sent(home, approve(home, sent, by="Bình", at=NOON), by="Văn thư")
    wrong, bad = sent.results[0], sent.results[1]
    journal = Journal(home.journal)
    with open_published(home) as reader:
        entries = [
            review_figure(reader, journal, wrong.figure_id, "fix", by="An", changes={"value": 81.5}),
            review_figure(reader, journal, bad.figure_id, "reject", by="An"),
        ]
    with home.lock("test"), Warehouse.open(home) as warehouse:
        warehouse.store_journal(entries)
        publish(home)
    following = open_draft(home, "2025-W31").digest
    assert following.corrected == sent.name
    told = {c.figure_id: (c.kind, c.now_figure_id) for c in following.corrections}
    assert told.pop(wrong.figure_id) == ("fixed", wrong.figure_id)
    assert told.pop(bad.figure_id) == ("rejected", None)
    assert {kind for kind, _ in told.values()} <= {"restated"}  # by an article of the week after
    assert following.corrections[0].now.startswith("81,5")
    assert open_draft(home, "2025-W30").digest.results == sent.results
    assert open_draft(home, "2025-W29").digest.corrected == ""


@pytest.mark.parametrize(
    ("week", "first", "number"),
    [("2025-W30", "", 30), ("2025-W30", "2025-W01", 30), ("2025-W30", "2025-W30", 1), ("2026-W02", "2025-W50", 5),
     ("2025-W30", "2025-W31", None), (None, "", None)],
)  # fmt: skip
def test_number_of_the_issue(week: str | None, first: str, number: int | None) -> None:
    assert number_issue(week, first) == number


@pytest.mark.parametrize("name", ["diem-bao-2025-W30", "diem-bao-2025-W30-vn34-15-nhom-3", "diem-bao-2025-07-01_2025-07-20-vn34-15"])
def test_names_are_read_back(name: str) -> None:
    assert read_name(name).name == name


@pytest.mark.parametrize(
    "name", ["diem-bao-2025-W60", "diem-bao-2025-07-20_2025-07-01", "diem-bao-2025-W30-vn34-99", "../x", "", "2025-W30-nhom-9"]
)
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(UsageError):
        read_name(name)


def test_masthead_is_the_settings() -> None:
    office = Office(unit="Văn phòng thử", parent="UBND tỉnh thử", recipients=("Sở A", "Sở B"), signer="Trần B", place="Nơi thử")
    head = Request(period=WEEK, office=office).make_masthead(date(2025, 7, 28))
    assert (head.unit, head.parent, head.number, head.recipients) == ("Văn phòng thử", "UBND tỉnh thử", 30, ("Sở A", "Sở B"))
    assert Request(period=Period(date(2025, 7, 1), date(2025, 7, 3))).make_masthead(None).number is None


def test_ten_lines_for_a_chat() -> None:
    lines = render_short(_build()).splitlines()
    assert len(lines) <= 10
    assert lines[0].startswith("ĐIỂM BÁO TUẦN 30/2025")
    assert "4 bài (kỳ trước 1)" in lines[1]
    assert any("https://example.org/cong-a/tram-5g.html" in line for line in lines)
    assert not any("javascript:" in line for line in lines)
    empty = replace(
        make_rows(), articles=[], late=[], before=[], figures=[], documents=[], health=[], coverage=[], is_before_observed=False
    )
    assert "Trong kỳ không có số liệu mới." in render_short(_build(empty))
    many = [article(f"bai-{n}", "cong-a", datetime(2025, 7, 22, 2), title="Một tiêu đề rất dài " * 20) for n in range(30)]
    figures = [figure(f"s{n}", row, 5, "Có 5 trạm.", "5 trạm") for n, row in enumerate(many)]
    full = render_short(_build(replace(make_rows(), articles=many, figures=figures))).splitlines()
    assert len(full) == 10
    assert max(map(len, full)) < 400


@pytest.mark.parametrize(
    ("label", "sentence", "shown"),
    [
        ("can bo da doi viec", "Có 12 cán bộ đã đổi việc trong quý.", "“cán bộ đã đổi việc”"),
        ("xa, phuong co to dan van", "Đủ 40 xã, phường có tổ dân vận.", "“xã, phường có tổ dân vận”"),
        ("ho ngheo", "Hộ nghèo: 12.", "“Hộ nghèo”"),
        ("ho ngheo", "Tỉnh có 12 hộ cận nghèo.", "ho ngheo"),
        ("to", "Toàn tỉnh có 3 nơi.", "to"),
        (
            "ho dan ven song da doi sang dung nuoc",
            "Có 40 hộ dân ven sông đã đổi sang dùng nước máy.",
            "“hộ dân ven sông đã đổi sang dùng nước máy”",
        ),
        (
            "ho dan ven song da doi sang dung nuoc",
            "Có 40 hộ dân ven sông đã đổi sang dùng nước máy do trạm bơm của xã mới xây.",
            "“hộ dân ven sông đã đổi sang dùng nước …”",
        ),
        (
            "ho dan ven song dung nuoc may ca nam",
            "Số liệu cho thấy tỷ lệ hộ dân ven sông dùng nước máy cả năm là 64%.",
            "“… hộ dân ven sông dùng nước máy cả năm”",
        ),
        ("", "Toàn tỉnh có 3 nơi.", ""),
    ],
)
def test_what_was_counted_is_shown_as_the_sentence_has_it(label: str, sentence: str, shown: str) -> None:
    assert quote_label(label, sentence) == shown
