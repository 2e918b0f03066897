"""A real SMTP server with TLS in a process of its own, which can be killed and started again; it stores each mail in a file.

    python -m tests.mail_server FOLDER PORT SECURITY [--delay S] [--late S]

It waits `delay` before it stores a mail, and `late` between storing and answering, as a server does that answers for what it has on disk.

Answers by recipient: later@… is put off (451) as long as FOLDER/busy exists, gone@… is refused (550).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import ssl
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from tests.web import wait_for_port


def make_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 signed by itself; the file to trust. Its key lies beside it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "server.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.key").write_bytes(key.private_bytes(*form))
    return folder / "server.pem"


class MailServer:
    """One server on one port; as a context manager it runs."""

    def __init__(self, folder: Path, port: int, security: str = "starttls", delay_s: float = 0.0, late_s: float = 0.0) -> None:
        self.folder, self.port, self._security = folder, port, security
        self._waits = ("--delay", str(delay_s), "--late", str(late_s))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> MailServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Begin to answer."""
        command = [
            sys.executable,
            "-m",
            "tests.mail_server",
            str(self.folder),
            str(self.port),
            self._security,
            *self._waits,
        ]
        self._process = subprocess.Popen(command)
        wait_for_port(self.port)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def mails(self) -> list[EmailMessage]:
        """What was taken, oldest first."""
        files = sorted(self.folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def recipients(self) -> list[str]:
        """To whom, one entry a mail."""
        return [str(mail["To"]) for mail in self.mails()]


class _Handler:
    def __init__(self, folder: Path, delay_s: float, late_s: float) -> None:
        self._folder, self._delay_s, self._late_s = folder, delay_s, late_s

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("gone@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later@") and (self._folder / "busy").exists():
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self._delay_s)
        name = self._folder / f"{time.time_ns()}-{uuid.uuid4().hex}.eml"
        name.with_suffix(".part").write_bytes(envelope.content)
        os.rename(name.with_suffix(".part"), name)
        await asyncio.sleep(self._late_s)
        return "250 taken"


async def _serve(folder: Path, port: int, security: str, delay_s: float, late_s: float) -> None:
    from aiosmtpd.smtp import SMTP

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")

    def make() -> SMTP:
        starttls = {"tls_context": context, "require_starttls": True} if security == "starttls" else {}
        return SMTP(_Handler(folder, delay_s, late_s), hostname="127.0.0.1", **starttls)

    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", port, ssl=context if security == "tls" else None)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("security")
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--late", type=float, default=0.0)
    given = parser.parse_args()
    asyncio.run(_serve(given.folder, given.port, given.security, given.delay, given.late))
