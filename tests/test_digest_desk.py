"""The editor's desk: choices by file, through rebuilds; approval; what was sent is kept as sent and written again byte for byte."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from r57monitor.cli.digest import make_digest, open_draft, rebuild_digest, write_digest
from r57monitor.digest import FORMATS, model_json, render
from r57monitor.digest.desk import Sheet, apply_desk, changed_choices, fold_choices, list_rows, make_choice
from r57monitor.digest.desk_files import read_file, write_csv, write_toml
from r57monitor.digest.model import Chart, Digest
from r57monitor.errors import R57Error, UsageError
from tests.digest_rows import make_rows
from tests.sample_home import make_home
from tests.test_digest import _build
from warehouse.desk import approve, find_edition, find_editions, note_sent, read_standing, reopen, store_edition, write_choices
from warehouse.home import Home

NAME = "diem-bao-2025-W30"
NOON = datetime(2025, 7, 28, 5, tzinfo=UTC)


@pytest.fixture
def sample(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def _sheet(*lines: dict[str, Any], note: str = "") -> Sheet:
    return fold_choices([{"choices": list(lines), "note": note}])


def _titles(digest: Digest) -> list[str]:
    return [item.article_id for item in digest.notable]


def test_a_stored_model_is_read_back_whole() -> None:
    picture = Chart(key="map", title="Bản đồ", text="không có", svg="<svg/>", png=b"\x89PNG\x00\xff")
    digest = replace(_build(), charts=(picture,))
    assert model_json.parse(model_json.store(digest)) == digest
    with pytest.raises(R57Error, match="no stored digest: period"):
        model_json.parse(json.dumps(json.loads(model_json.store(digest)) | {"period": 3}))
    with pytest.raises(R57Error, match="no stored digest"):
        model_json.parse("điểm báo")


def test_without_choices_nothing_changes() -> None:
    digest = _build()
    assert apply_desk(digest, Sheet()) == digest


def test_dropped_text_takes_its_figures_with_it_and_counts_stay() -> None:
    digest = _build()
    laid = apply_desk(digest, _sheet({"part": "item", "key": "tram-5g-lai", "show": "drop"}))  # named by a copy of it
    assert "tram-5g" not in _titles(laid)
    assert all(item.article_id != "tram-5g" for section in laid.sections for item in section.items)
    assert laid.results == ()
    assert laid.documents == ()
    assert (laid.counts, laid.items) == (digest.counts, digest.items)
    assert laid.desk.dropped == 1 + len(digest.results) + len(digest.documents)


def test_chosen_ordered_and_annotated() -> None:
    digest = _build()
    assert _titles(digest) == ["ke-hoach", "tram-5g"]
    sheet = _sheet(
        {"part": "item", "key": "ca-nuoc", "show": "notable", "order": 1, "note": "Đọc trước."},
        {"part": "item", "key": "tram-5g", "show": "plain"},
        {"part": "figure", "key": "f2", "order": 1, "note": "Cần hỏi lại."},
        note="Tuần này nhiều số liệu hạ tầng.",
    )
    laid = apply_desk(digest, sheet)
    assert _titles(laid) == ["ca-nuoc", "ke-hoach"]
    assert laid.notable[0].note == "Đọc trước."
    assert laid.notable[0].reasons == ("người biên tập chọn",)
    assert [(f.figure_id, f.note) for f in laid.results] == [("f2", "Cần hỏi lại."), ("f1", "")]
    assert (laid.desk.chosen, laid.desk.note) == (1, "Tuần này nhiều số liệu hạ tầng.")
    assert {i.note for s in laid.sections for i in s.items if i.article_id == "ca-nuoc"} == {"Đọc trước."}


def test_choice_finds_a_figure_whose_id_changed() -> None:
    choice = {"part": "figure", "key": "id-of-older-rules", "show": "drop", "article_id": "tram-5g", "mention": "12 trạm"}
    assert [f.figure_id for f in apply_desk(_build(), _sheet(choice)).results] == ["f1"]


@pytest.mark.parametrize("is_csv", [True, False])
def test_file_there_and_back(is_csv: bool) -> None:
    digest = _build()
    sheet = _sheet(
        {"part": "item", "key": "ke-hoach", "show": "notable", "order": 2, "note": '=1+1; "trích", xuống\ndòng'},
        {"part": "difficulty", "key": "x:1", "show": "drop"},
        note="Nhận định.",
    )
    rows = list_rows(digest, sheet)
    name, note, choices = read_file((write_csv if is_csv else write_toml)(NAME, sheet.note, rows), is_csv)
    assert (name, note) == (NAME, "Nhận định.")
    assert changed_choices(sheet, choices) == []
    kept = {(c.part, c.key): c for c in choices if not c.is_empty}
    assert kept["item", "ke-hoach"].note == '=1+1; "trích", xuống\ndòng'
    assert {row.part for row in rows} == {"item", "figure", "moved", "conflict", "document"}


def test_no_cell_of_the_file_is_a_formula() -> None:
    rows = make_rows()
    hostile = replace(rows, articles=[dict(row) | {"title": '=HYPERLINK("http://x.example";"57")'} for row in rows.articles])
    text = write_csv(NAME, "@note", list_rows(_build(hostile), Sheet()))
    assert ",=" not in text
    assert ',"=' not in text
    assert "'@note" in text


@pytest.mark.parametrize(
    ("text", "is_csv", "said"),
    [
        ("digest = 3", False, "export"),
        ("[[", False, "not valid TOML"),
        ("a;b\n1;2\n", True, 'column "digest"'),
        ("digest,part,key,show\nx,item,1,drop\ny,item,2,drop\n", True, "one and the same"),
        ("digest,part,key,show\nx,item,1,drop\nx,item,1,\n", True, "twice"),
        ("digest,part,key,show\nx,item,1,delete\n", True, '"delete" cannot be chosen'),
        ("digest,part,key,show\nx,figure,1,notable\n", True, "cannot be chosen"),
        ("digest,part,key,order\nx,figure,1,đầu\n", True, "no whole number"),
        ("digest,part,key\nx,poem,1\n", True, 'no line "poem 1"'),
    ],
)
def test_what_is_wrong_in_a_file_is_said(text: str, is_csv: bool, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_file(text, is_csv)


def test_spreadsheets_may_write_semicolons() -> None:
    name, _, (choice,) = read_file("\ufeffdigest;part;key;show;order\nx;item;1;notable;3\n", True)
    assert (name, choice.show, choice.order) == ("x", "notable", 3)


def test_choices_stand_in_the_journal_and_survive_a_new_home(sample: Home, tmp_path: Path) -> None:
    first = open_draft(sample, "2025-W30").digest
    gone, chosen = first.notable[0].article_id, first.items[-1].article_id
    choices = [make_choice({"part": "item", "key": gone, "show": "drop"}), make_choice({"part": "item", "key": chosen, "show": "notable"})]
    assert write_choices(sample, NAME, choices, by="An", note="Lời mở.") == 3
    assert write_choices(sample, NAME, choices, by="An", note="Lời mở.") == 0
    other = make_home(tmp_path / "other")
    for file in sample.journal.glob("*.jsonl"):
        (other.journal / file.name).write_bytes(file.read_bytes())
    for home in (sample, other):
        laid = open_draft(home, "2025-W30").digest
        assert chosen in _titles(laid)
        assert gone not in _titles(laid)
        assert laid.desk.note == "Lời mở."
    assert write_choices(sample, NAME, [make_choice({"part": "item", "key": gone})], by="An") == 1
    assert gone in _titles(open_draft(sample, "2025-W30").digest)


def test_approved_is_written_as_it_was_until_reopened_or_changed(sample: Home) -> None:
    edition = approve(sample, open_draft(sample, NAME).digest, by="Bình", at=NOON)
    draft = open_draft(sample, NAME)
    assert (draft.standing.state, draft.standing.by, draft.kept) == ("approved", "Bình", edition)
    assert (draft.digest.desk.by, draft.digest.desk.at) == ("Bình", NOON)
    reopen(sample, NAME, by="An")
    assert open_draft(sample, NAME).standing.state == "draft"
    approve(sample, open_draft(sample, NAME).digest, by="Bình", at=NOON)
    write_choices(sample, NAME, [], by="An", note="Thêm một lời.")
    assert open_draft(sample, NAME).standing.state == "draft"
    with pytest.raises(UsageError, match="draft already"):
        reopen(sample, NAME, by="An")
    with pytest.raises(UsageError, match="who approves"):
        approve(sample, draft.digest, by=" ", at=NOON)


def test_sent_is_kept_as_sent(sample: Home, tmp_path: Path) -> None:
    edition = approve(sample, open_draft(sample, NAME).digest, by="Bình", at=NOON)
    sent = {p.name: p.read_bytes() for p in write_digest(sample, week="2025-W30", formats=tuple(FORMATS), out=tmp_path / "sent")}
    note_sent(sample, edition, by="Văn thư", files={name: hashlib.sha256(body).hexdigest() for name, body in sent.items()})
    for refused in (
        lambda: write_choices(sample, NAME, [], by="An", note="muộn"),
        lambda: reopen(sample, NAME, by="An"),
        lambda: approve(sample, open_draft(sample, NAME).digest, by="An", at=NOON),
    ):
        with pytest.raises(UsageError, match="kept as sent"):
            refused()
    again = {p.name: p.read_bytes() for p in write_digest(sample, week="2025-W30", formats=tuple(FORMATS), out=tmp_path / "again")}
    rebuilt = {p.name: p.read_bytes() for p in rebuild_digest(sample, f"{NAME}_{edition.number}", tuple(FORMATS), tmp_path / "rebuilt")}
    assert sent == again == rebuilt


def test_stored_editions(sample: Home, tmp_path: Path) -> None:
    write_digest(sample, week="2025-W30", formats=("md",), out=tmp_path)
    write_digest(sample, week="2025-W30", formats=("html",), out=tmp_path)
    first = find_edition(sample, NAME)
    assert first.number == 1  # the same model is kept once
    digest = open_draft(sample, NAME).digest
    assert digest.method.snapshot == 1
    second = store_edition(sample, replace(digest, office="Khác"))
    assert (second.number, find_edition(sample, NAME), find_edition(sample, f"{NAME}_1")) == (2, second, first)
    assert render(model_json.parse(first.path.read_text("utf-8")), "md") == (tmp_path / f"{NAME}.md").read_bytes()
    for wrong in ("diem-bao-2025-W31", f"{NAME}_9", "../journal"):
        with pytest.raises(UsageError, match="digest"):
            find_edition(sample, wrong)


def test_what_is_only_shown_or_past_makes_no_edition(sample: Home, tmp_path: Path) -> None:
    make_digest(sample, week="2025-W30")
    write_digest(sample, week="2025-W30", formats=("md",), out=tmp_path, snapshot=1)
    assert find_editions(sample, NAME) == []
    first = approve(sample, open_draft(sample, NAME).digest, by="Bình", at=NOON)
    second = store_edition(sample, replace(open_draft(sample, NAME).digest, office="Khác"))
    write_digest(sample, week="2025-W30", formats=("md",), out=tmp_path)  # what was approved, once more
    assert find_editions(sample, NAME) == [first, second]


def test_a_changed_file_is_not_taken_for_what_was_approved(sample: Home) -> None:
    edition = approve(sample, open_draft(sample, NAME).digest, by="Bình", at=NOON)
    edition.path.write_text(edition.path.read_text("utf-8").replace("Lào Cai", "Lào Kai"), "utf-8")
    with pytest.raises(UsageError, match="changed after it was approved"):
        write_digest(sample, week="2025-W30", formats=("md",))


def test_number_of_a_removed_edition_is_not_used_again(sample: Home, tmp_path: Path) -> None:
    edition = approve(sample, open_draft(sample, NAME).digest, by="Bình", at=NOON)
    note_sent(sample, edition, by="Văn thư")
    edition.path.unlink()  # as a withdrawal does with what quotes a withdrawn article
    assert open_draft(sample, NAME).kept is None
    for _ in range(2):
        write_digest(sample, week="2025-W30", formats=("md",), out=tmp_path)
    assert [e.number for e in find_editions(sample, NAME)] == [edition.number + 1]
    assert read_standing(sample, NAME).state == "sent"
