"""An approved digest by mail, through a real server: once to each, kept as sent, drafts marked."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from r57monitor.preferences import load_preferences
from r57monitor.service.schedule import Service
from tests.command import copy_home, run
from tests.mail_server import MailServer, make_certificate
from tests.sample_home import make_home
from tests.web import free_port
from warehouse.desk import read_standing
from warehouse.home import Home
from warehouse.journal import Journal

NAME = "diem-bao-2025-W30"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("send") / "home").path


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    folder = tmp_path / "mail"
    folder.mkdir()
    make_certificate(folder)
    with MailServer(folder, free_port()) as running:
        yield running


@pytest.fixture
def home(sample: Path, tmp_path: Path, server: MailServer) -> Home:
    made = copy_home(sample, tmp_path)
    (made.path / "settings.toml").write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {server.port}\nca_file = "{server.folder / "server.pem"}"\nsender = "diembao@tinh.example"\n'
        'attach = ["docx", "json"]\n[mail.groups]\nlanh-dao = ["A <a@tinh.example>", "b@tinh.example"]\n'
        'phong = ["b@tinh.example", "c@tinh.example"]\n',
        "utf-8",
    )
    return made


def test_only_what_was_approved_goes_out(home: Home, server: MailServer, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--home", str(home.path))
    assert run("digest", "send", NAME, "--group", "lanh-dao", *where) == 2
    assert "is a draft" in capsys.readouterr().err
    assert run("digest", "desk", "approve", NAME, "--by", "Trần Bình", *where) == 0
    assert run("digest", "send", NAME, "--group", "lanh-dao", "--dry-run", *where) == 0
    assert "To: a@tinh.example" in capsys.readouterr().out
    assert server.recipients() == []
    assert read_standing(home, NAME).state == "approved"
    for _ in range(2):
        assert run("digest", "send", NAME, "--group", "lanh-dao", "--by", "Văn thư", *where) == 0
    assert Counter(server.recipients()) == {"a@tinh.example": 1, "b@tinh.example": 1}
    assert run("digest", "send", NAME, "--group", "phong", *where) == 0
    assert Counter(server.recipients()) == {"a@tinh.example": 1, "b@tinh.example": 1, "c@tinh.example": 1}
    assert read_standing(home, NAME).state == "sent"


def test_the_mail_is_the_digest_and_its_files_are_those_written_down(home: Home, server: MailServer) -> None:
    where = ("--home", str(home.path))
    assert run("digest", "desk", "approve", NAME, "--by", "Trần Bình", *where) == 0
    assert run("digest", "send", NAME, "--to", "a@tinh.example", *where) == 0
    (mail,) = server.mails()
    assert "Điểm báo tuần 30/2025" in mail["Subject"]
    html = mail.get_body(("html",))
    assert html is not None
    shown = html.get_content()
    pictures = {part["Content-ID"].strip("<>") for part in mail.walk() if part.get_content_type() == "image/png"}
    assert pictures
    assert all(f'src="cid:{cid}"' in shown for cid in pictures)
    assert "http-equiv" not in shown.lower() or "refresh" not in shown.lower()
    attached = {part.get_filename(): hashlib.sha256(part.get_content()).hexdigest() for part in mail.iter_attachments()}
    (sent,) = [entry for entry in Journal(home.journal).iterate("digest") if entry.get("state") == "sent"]
    assert sent["files"] == attached
    assert set(attached) == {f"{NAME}.docx", f"{NAME}.json"}


def test_a_draft_says_so_and_does_not_count(home: Home, server: MailServer) -> None:
    assert run("digest", "send", NAME, "--to", "a@tinh.example", "--unapproved", "--attach", "", "--home", str(home.path)) == 0
    (mail,) = server.mails()
    assert mail["Subject"].startswith("[Dự thảo] ")
    assert list(mail.iter_attachments()) == []
    assert read_standing(home, NAME).state == "draft"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--group", "nobody"), 'no mail group "nobody"'),
        ((), "say to whom"),
        (("--to", "not an address"), "is no mail address"),
        (("--to", "a@tinh.example", "--attach", "rtf", "--unapproved"), 'no digest format "rtf"'),
    ],
)
def test_what_cannot_be_sent_is_said(home: Home, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], words: str) -> None:
    assert run("digest", "send", NAME, *more, "--home", str(home.path)) == 2
    assert words in capsys.readouterr().err
    assert not (home.path / "outbox.sqlite").exists()


def test_the_service_sends_what_was_approved(home: Home, server: MailServer) -> None:
    settings = load_preferences(home.path, {"R57_MAIL_DIGEST_GROUPS": "lanh-dao,phong"})
    service = Service(home, settings, {}, structlog.get_logger())
    service.send_approved()
    assert server.recipients() == []
    assert run("digest", "desk", "approve", NAME, "--by", "Trần Bình", "--home", str(home.path)) == 0
    for _ in range(2):
        service.send_approved()
    assert Counter(server.recipients()) == {"a@tinh.example": 1, "b@tinh.example": 1, "c@tinh.example": 1}
