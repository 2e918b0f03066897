"""Mail through a real SMTP server with TLS; servers and senders are killed, and each recipient has each letter once."""

from __future__ import annotations

import base64
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from r57monitor.delivery.letters import Delivery
from r57monitor.delivery.message import Attachment, address_mail, build_mail, check_address
from r57monitor.delivery.outbox import Outbox
from r57monitor.delivery.postman import empty_outbox
from r57monitor.errors import UsageError
from r57monitor.preferences import Preferences
from tests.mail_server import MailServer, make_certificate
from tests.processes import PATIENCE_S, wait_until
from tests.web import free_port

AT = datetime(2025, 8, 4, 0, 30, tzinfo=UTC)
SENDER = "Trung tâm Truyền thông <diembao@tinh.example>"
TEXT = "Kính gửi các đồng chí.\n.một dòng bắt đầu bằng dấu chấm\n"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mail"
    made.mkdir()
    make_certificate(made)
    return made


@pytest.fixture
def server(folder: Path) -> Iterator[MailServer]:
    with MailServer(folder, free_port()) as running:
        yield running


def settings(server: MailServer, **changes: object) -> Preferences:
    mail = {"host": "127.0.0.1", "port": server.port, "ca_file": server.folder / "server.pem", "sender": SENDER} | changes
    return Preferences.model_validate({"mail": mail})


def letter(**changes: object) -> bytes:
    given: dict[str, object] = {
        "sender": SENDER,
        "subject": "Điểm báo tuần 31",
        "text": TEXT,
        "at": AT,
    }
    return build_mail(**(given | changes))  # type: ignore[arg-type]


def fill(home: Path, *recipients: str, body: bytes | None = None) -> Outbox:
    outbox = Outbox(home)
    outbox.put("digest-2025-W31", "mail", "Điểm báo tuần 31", body or letter(), recipients)
    return outbox


def states(outbox: Outbox) -> dict[str, str]:
    return {delivery.recipient: delivery.state for delivery in outbox.deliveries()}


def test_a_mail_arrives_whole(server: MailServer, tmp_path: Path) -> None:
    html = f'<h1>Điểm báo</h1><img alt="Biểu đồ" src="data:image/png;base64,{PIXEL}">'
    word = Attachment("điểm báo.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04 not really")
    outbox = fill(tmp_path, "a@tinh.example", "b@tinh.example", body=letter(html=html, attachments=[word]))
    done = empty_outbox(outbox, settings(server))
    assert (done.sent, done.put_off, done.refused, done.faults) == (2, 0, 0, [])
    assert sorted(server.recipients()) == ["a@tinh.example", "b@tinh.example"]
    mail = server.mails()[0]
    assert mail["Subject"] == "Điểm báo tuần 31"
    assert mail["From"] == SENDER
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert plain.get_content().splitlines()[1] == ".một dòng bắt đầu bằng dấu chấm"
    assert rich is not None
    assert 'alt="Biểu đồ"' in rich.get_content()
    assert "data:" not in rich.get_content()
    related = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert related["Content-ID"].strip("<>") in rich.get_content()
    assert related.get_content() == base64.b64decode(PIXEL)
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "điểm báo.docx"
    assert attached.get_content() == word.body
    assert len({str(m["Message-ID"]) for m in server.mails()}) == 2


def test_the_same_letter_has_the_same_bytes_and_id() -> None:
    assert letter(html="<p>x</p>") == letter(html="<p>x</p>")
    one, again, other = (
        message_from_bytes(address_mail(letter(), "l", to, SENDER), policy=policy.default)["Message-ID"]
        for to in ("a@x.vn", "a@x.vn", "b@x.vn")
    )
    assert one == again != other
    assert one.endswith("@tinh.example>")


def test_nothing_goes_twice(server: MailServer, tmp_path: Path) -> None:
    for _ in range(2):
        empty_outbox(fill(tmp_path, "a@tinh.example"), settings(server))
    assert server.recipients() == ["a@tinh.example"]
    assert Outbox(tmp_path).deliveries()[0].body is None, "a sent letter's text is not kept in the outbox"


def test_tls_from_the_first_byte(folder: Path, tmp_path: Path) -> None:
    with MailServer(folder, free_port(), "tls") as server:
        assert empty_outbox(fill(tmp_path, "a@tinh.example"), settings(server, security="tls")).sent == 1


def test_a_certificate_nobody_vouches_for_is_refused(server: MailServer, tmp_path: Path) -> None:
    outbox = fill(tmp_path, "a@tinh.example")
    done = empty_outbox(outbox, settings(server, ca_file=None))
    assert done.sent == 0
    assert "is not trusted" in done.faults[0]
    assert "mail.ca_file" in done.faults[0]
    assert states(outbox) == {"a@tinh.example": "waiting"}
    assert server.recipients() == []


def test_one_refused_and_one_put_off_do_not_stop_the_others(server: MailServer, tmp_path: Path) -> None:
    (server.folder / "busy").touch()
    outbox = fill(tmp_path, "gone@tinh.example", "later@tinh.example", "a@tinh.example")
    done = empty_outbox(outbox, settings(server))
    assert (done.sent, done.put_off, done.refused) == (1, 1, 1)
    assert states(outbox) == {"gone@tinh.example": "refused", "later@tinh.example": "waiting", "a@tinh.example": "sent"}
    assert any("gone@tinh.example" in fault and "550" in fault for fault in done.faults)
    assert empty_outbox(outbox, settings(server)).put_off == 0, "not before its time"
    (server.folder / "busy").unlink()
    outbox.release("digest-2025-W31")
    assert empty_outbox(outbox, settings(server)).sent == 1
    assert Counter(server.recipients()) == {"a@tinh.example": 1, "later@tinh.example": 1}


def test_a_server_that_is_away_costs_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("r57monitor.delivery.postman.ATTEMPTS", 1)
    away = MailServer(folder, free_port())
    outbox = fill(tmp_path, "a@tinh.example", "b@tinh.example")
    done = empty_outbox(outbox, settings(away))
    assert done.put_off == 2
    assert "does not answer" in done.faults[0]
    waiting = {delivery.recipient: delivery for delivery in outbox.deliveries()}
    assert waiting["a@tinh.example"].not_before > waiting["a@tinh.example"].changed_at


def test_after_days_it_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox = fill(tmp_path, "a@tinh.example")
    (delivery,) = outbox.due("mail")
    monkeypatch.setattr("r57monitor.delivery.outbox.utc_now", lambda: delivery.queued_at.replace(year=delivery.queued_at.year + 1))
    assert outbox.postpone(delivery, "away") is None
    assert states(outbox) == {"a@tinh.example": "refused"}


def test_a_clock_set_back_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox = fill(tmp_path, "a@tinh.example")
    (delivery,) = outbox.due("mail")
    assert outbox.postpone(delivery, "away") is not None
    assert outbox.due("mail") == []
    assert not outbox.has_due()
    yesterday = delivery.queued_at - timedelta(days=1)
    monkeypatch.setattr("r57monitor.delivery.outbox.utc_now", lambda: yesterday)
    assert outbox.has_due()
    assert [d.recipient for d in outbox.due("mail")] == ["a@tinh.example"]


@pytest.mark.parametrize("address", ["không phải", "a@b@c.vn", "a@x.vn\r\nBcc: all@x.vn", "", "đ@tinh.example"])
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(UsageError, match=r"mail\.groups"):
        check_address(address, "mail.groups")


def test_a_headline_cannot_add_headers() -> None:
    mail = message_from_bytes(letter(subject="Tin\r\nBcc: all@x.vn\r\n\r\n<b>"), policy=policy.default)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Tin Bcc: all@x.vn <b>"


def write_settings(home: Path, server: MailServer) -> dict[str, str]:
    (home / "settings.toml").write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {server.port}\nca_file = "{server.folder / "server.pem"}"\nsender = "{SENDER}"\n', "utf-8"
    )
    return os.environ | {"R57_HOME": str(home)}


def send(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "r57monitor", "outbox", "send"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def judge(server: MailServer, outbox: Outbox, recipients: list[str]) -> None:
    """Nobody twice; nobody without, but where the program was killed within the moment nobody can see into, and says so.

    (aiosmtpd, unlike mail servers in use, drops a mail it has whole but not yet handled when the sender goes away.)
    """
    got = Counter(server.recipients())
    assert {to: n for to, n in got.items() if n > 1} == {}
    unsure = {to for to, state in states(outbox).items() if state == "unconfirmed"}
    missing = set(recipients) - set(got)
    assert missing <= unsure
    outbox.release("digest-2025-W31")
    empty_outbox(outbox, settings(server))
    assert set(server.recipients()) == set(recipients), "asked for, they go out again"


@pytest.mark.slow
def test_a_sender_killed_at_random(folder: Path, tmp_path: Path) -> None:
    chance = random.Random(57)
    recipients, middle = [f"nguoi-{n}@tinh.example" for n in range(30)], 0
    with MailServer(folder, free_port(), late_s=0.05) as server:
        environment = write_settings(tmp_path, server)
        outbox = fill(tmp_path, *recipients)
        for _ in range(5):
            process, taken = send(environment), len(server.recipients())
            wait_until(lambda process=process, taken=taken: process.poll() is not None or len(server.recipients()) > taken)  # it sends
            time.sleep(chance.uniform(0, 0.15))
            process.kill()
            middle += process.wait() == -signal.SIGKILL
        assert middle > 0, "killed in the middle"
        assert send(environment).wait(PATIENCE_S) == 0
        judge(server, outbox, recipients)


@pytest.mark.slow
def test_a_server_killed_in_the_middle(folder: Path, tmp_path: Path) -> None:
    recipients = [f"nguoi-{n}@tinh.example" for n in range(20)]
    server = MailServer(folder, free_port(), delay_s=0.05)
    server.start()
    outbox = fill(tmp_path, *recipients)
    sending = threading.Thread(target=empty_outbox, args=(outbox, settings(server)))
    sending.start()
    try:
        for number in (5, 11):
            wait_until(lambda number=number: len(server.recipients()) >= number or not sending.is_alive())
            server.kill()
            time.sleep(0.5)
            server.start()
        sending.join(PATIENCE_S)
        outbox.release("digest-2025-W31")
        empty_outbox(outbox, settings(server))
        assert Counter(server.recipients()) == dict.fromkeys(recipients, 1)
    finally:
        server.kill()


def test_two_senders_at_once(folder: Path, tmp_path: Path) -> None:
    recipients = [f"nguoi-{n}@tinh.example" for n in range(8)]
    with MailServer(folder, free_port(), delay_s=0.05) as server:
        outbox = fill(tmp_path, *recipients)
        results: list[object] = []
        threads = [threading.Thread(target=lambda: results.append(empty_outbox(outbox, settings(server)))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_S)
        assert len(results) == 3
        assert Counter(server.recipients()) == dict.fromkeys(recipients, 1)


def test_what_a_kill_left_open_is_shown_and_never_sent_by_itself(server: MailServer, tmp_path: Path) -> None:
    outbox = fill(tmp_path, "a@tinh.example")
    (delivery,) = outbox.due("mail")
    assert isinstance(delivery, Delivery)
    outbox.mark(delivery, "handing")
    assert empty_outbox(outbox, settings(server)).sent == 0
    assert states(outbox) == {"a@tinh.example": "unconfirmed"}
    assert server.recipients() == []
    assert outbox.release("digest-2025") == 1
    assert empty_outbox(outbox, settings(server)).sent == 1
