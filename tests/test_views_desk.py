"""The digest's page and its desk: who may write, approval and sending, edits of the table, files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from r57monitor.cli.digest import open_draft
from r57monitor.digest.desk import list_rows, make_choice
from r57monitor.digest.desk_files import write_csv
from r57monitor.errors import UsageError
from r57monitor.views.desk import read_edits, take_in
from r57monitor.views.frame import Page
from r57monitor.wording import load_texts
from tests.apps import open_page
from tests.sample_home import make_home
from warehouse.desk import read_standing
from warehouse.home import Home
from warehouse.queries import open_published, snapshot

NAME = "diem-bao-2025-W31"


@pytest.fixture
def sample(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def _open(home: Home, monkeypatch: pytest.MonkeyPatch, *, editing: bool = True) -> AppTest:
    monkeypatch.setenv("R57_HOME", str(home.path))
    monkeypatch.setenv("R57_EDIT", "1" if editing else "")
    return open_page("digest", xem="ban")


def _keys(test: AppTest) -> set[str]:
    return {button.key for button in test.button if button.key}


def test_nothing_can_be_written_outside_edit_mode(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open(sample, monkeypatch, editing=False)
    assert not {key for key in _keys(test) if key.startswith("desk_")}
    assert any("--edit" in caption.value for caption in test.caption)
    short = open_page("digest", xem="ngan")
    assert any("ĐIỂM BÁO TUẦN 31/2025" in code.value for code in short.code)


def test_approve_reopen_and_send(sample: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = _open(sample, monkeypatch)
    assert test.button("desk_approve").disabled  # nobody is named yet
    test.text_input("review_by").set_value("Trần Bình").run()
    test.button("desk_approve").click().run()
    assert not test.exception
    standing = read_standing(sample, NAME)
    assert (standing.state, standing.by) == ("approved", "Trần Bình")
    test.button("desk_reopen").click().run()
    assert read_standing(sample, NAME).state == "draft"
    test.button("desk_approve").click().run()
    test.button("desk_sent").click().run()
    assert read_standing(sample, NAME).state == "sent"
    assert "desk_reopen" not in _keys(test)
    assert any("giữ nguyên" in info.value for info in test.info)


def test_edits_of_the_table_become_choices(sample: Home) -> None:
    rows = [row for row in list_rows(open_draft(sample, NAME).proposal, read_standing(sample, NAME).sheet) if row.part == "item"][:3]
    words = {"": "theo đề xuất", "notable": "đáng chú ý", "plain": "không nêu bật", "drop": "bỏ"}
    edited: list[dict[str, Any]] = [
        {"show": "bỏ", "order": None, "note": ""}, {"show": "theo đề xuất", "order": 2.0, "note": "Hỏi lại"},
        {"show": "đáng chú ý", "order": float("nan"), "note": None},
    ]  # fmt: skip
    found = [(c.key, c.show, c.order, c.note) for c in read_edits(rows, edited, words)]
    assert found == [(rows[0].key, "drop", None, ""), (rows[1].key, "", 2, "Hỏi lại"), (rows[2].key, "notable", None, "")]


def test_a_file_is_taken_in_for_its_own_digest_only(sample: Home) -> None:
    draft, other = open_draft(sample, NAME), open_draft(sample, "2025-W30")
    rows = list_rows(draft.proposal, draft.standing.sheet)
    body = write_csv(NAME, "Nhận định tuần.", rows).replace(f",{rows[0].key},,", f",{rows[0].key},drop,", 1).encode("utf-8")
    with open_published(sample) as reader:
        page = Page(sample, reader, load_texts("vi"), snapshot(reader))
        with pytest.raises(UsageError, match=NAME):
            take_in(page, other, "ban.csv", body, "An")
        with pytest.raises(UsageError, match="UTF-8"):
            take_in(page, draft, "ban.csv", "điểm".encode("utf-16"), "An")
        take_in(page, draft, "ban.csv", body, "An")
    sheet = read_standing(sample, NAME).sheet
    assert sheet.note == "Nhận định tuần."
    assert [choice.show for choice in sheet.choices.values()] == ["drop"]
    assert make_choice({"part": "item", "key": rows[0].key, "show": "drop"}).key == next(iter(sheet.choices.values())).key
