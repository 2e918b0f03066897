"""What was withdrawn does not go out by mail later: letters and alerts that wait are taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from r57monitor.cli.digest import open_draft
from r57monitor.clock import utc_now
from r57monitor.delivery.digests import make_letter
from r57monitor.delivery.letters import Fact
from r57monitor.delivery.notices import notice_body
from r57monitor.delivery.outbox import Outbox
from r57monitor.preferences import Mail
from tests.command import copy_home, ingest_pages, run
from warehouse.desk import approve, note_sent, read_sent, read_standing, write_choices
from warehouse.home import Home

NAME = "Hoàng Thị Mây Trắng"
URL = "https://bao.example/tram.html"
OTHER = "https://bao.example/lop.html"
TITLE = "Lào Cai dựng thêm trạm sóng cho các bản vùng cao"
DIGEST = "diem-bao-2025-W34"
LEAD = "Thực hiện Nghị quyết số 57-NQ/TW của Bộ Chính trị về khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số, tỉnh Lào Cai "


def page(title: str, text: str) -> str:
    return (
        f'<html lang="vi"><head><title>{title}</title><meta property="article:published_time" content="2025-08-20T08:00:00+07:00"></head>'
        f"<body><article><h1>{title}</h1><p>{LEAD}đẩy mạnh hạ tầng số trên cả địa bàn.</p><p>{text}</p></article></body></html>"
    )


@pytest.fixture(scope="module")
def read_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("letters")
    ingest_pages(folder, {
        URL: page(TITLE, f"Bà {NAME}, 410 hộ được hướng dẫn, cho biết toàn tỉnh đã có 310 trạm 5G tính đến tháng 7/2025."),
        OTHER: page("Lào Cai mở lớp kỹ năng số buổi tối", "Cả tỉnh đã mở 88 lớp bình dân học vụ số tính đến tháng 7/2025."),
    })  # fmt: skip
    return folder / "home"


@pytest.fixture
def home(read_home: Path, tmp_path: Path) -> Home:
    return copy_home(read_home, tmp_path)


def queue(home: Home, *recipients: str) -> Outbox:
    """An approved digest with all its files, on its way."""
    digest = open_draft(home, DIGEST).digest
    edition = approve(home, digest, by="An", at=utc_now())
    digest = open_draft(home, DIGEST).digest
    settings = Mail(host="mail.invalid", sender="vp@example.vn")
    letter = make_letter(digest, edition.number, settings, ("docx", "pdf", "xlsx"), is_draft=False)
    note_sent(home, edition, by="An", files=letter.files)
    outbox = Outbox(home.path)
    outbox.put(letter.letter_id, "mail", letter.subject, letter.body, recipients)
    return outbox


@pytest.mark.parametrize("what", [(URL,), ("--name", NAME)])
def test_a_letter_that_waits_is_taken_back(home: Home, what: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    outbox = queue(home, "a@example.vn", "b@example.vn")
    outbox.put("thong-bao-1", "notice", "Số liệu mới", notice_body("Một tin\nkhông liên quan"), ["kenh-1"])
    assert read_standing(home, DIGEST).state == "sent"
    capsys.readouterr()
    assert run("withdraw", *what, "--reason", "theo yêu cầu", "--by", "Hà", "--home", str(home.path)) == 0
    told = capsys.readouterr()
    assert f"{DIGEST}_1; nobody has it yet" in told.out + told.err
    states = {(d.letter_id, d.recipient): (d.state, d.body) for d in outbox.deliveries()}
    assert states[f"{DIGEST}_1", "a@example.vn"] == states[f"{DIGEST}_1", "b@example.vn"] == ("dropped", None)
    assert states["thong-bao-1", "kenh-1"][0] == "waiting"
    assert outbox.release(f"{DIGEST}_1") == 0  # and stays so
    # nobody got it: it is a draft again, and can be approved without what was withdrawn
    assert read_standing(home, DIGEST).state == "draft"
    assert read_sent(home) == []
    draft = open_draft(home, DIGEST).digest
    assert NAME not in str(draft)
    assert [item.url for item in draft.items] == ([OTHER] if what[0] == URL else [item.url for item in draft.items])
    assert write_choices(home, DIGEST, (), by="An", note="Kỳ này không có bài nào khác.") == 1
    assert approve(home, draft, by="An", at=utc_now()).number > 1


def test_what_somebody_has_already_stays_sent(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    outbox = queue(home, "a@example.vn", "b@example.vn")
    first = outbox.due("mail")[0]
    outbox.mark(first, "handing")
    outbox.mark(first, "sent")
    capsys.readouterr()
    assert run("withdraw", URL, "--reason", "theo yêu cầu", "--by", "Hà", "--home", str(home.path)) == 0
    told = capsys.readouterr()
    assert f"{DIGEST}_1; 1 recipients have it already" in told.out + told.err
    assert sorted(d.state for d in outbox.deliveries()) == ["dropped", "sent"]
    assert read_standing(home, DIGEST).state == "sent"
    assert [sent.name for sent in read_sent(home)] == [DIGEST]


def test_other_letters_and_facts(home: Home) -> None:
    outbox = Outbox(home.path)
    outbox.put("thong-bao-1", "notice", "Số liệu mới", notice_body(f"{TITLE}\n{URL}"), ["kenh-1"])
    outbox.put("thong-bao-2", "notice", "Số liệu mới", notice_body(f"Lớp học\n{OTHER}"), ["kenh-1"])
    at = utc_now()
    outbox.note([Fact("r", "f:1", "default", f"{TITLE} …", URL, at), Fact("r", "f:2", "default", "Lớp học …", OTHER, at)])
    assert run("withdraw", URL, "--reason", "theo yêu cầu", "--by", "Hà", "--home", str(home.path)) == 0
    assert {d.letter_id: d.state for d in outbox.deliveries()} == {"thong-bao-1": "dropped", "thong-bao-2": "waiting"}
    assert [fact.key for fact in outbox.untold()] == ["f:2"]
    assert outbox.known() == {("r", "f:1"), ("r", "f:2")}  # never told again either
    assert TITLE.encode() not in (home.path / "outbox.sqlite").read_bytes()
