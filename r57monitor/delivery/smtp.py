"""Mail to the office's SMTP server: TLS with the certificate checked, one transaction a recipient."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from email.utils import parseaddr
from types import TracebackType

from r57monitor.delivery.errors import PermanentError, PutOffError, TemporaryError
from r57monitor.delivery.letters import Delivery
from r57monitor.delivery.message import address_mail
from r57monitor.errors import R57Error
from r57monitor.preferences import Mail

TIMEOUT_S = 60.0
ANSWER_TIMEOUT_S = 600.0  # RFC 5321 4.5.3.2.6: after the final dot a server may take ten minutes


class Server:
    """A session with the server the settings name; opened at the first letter. Use it as a context manager.

    Raises R57Error, with the way out, where settings are wrong (no host, certificate refused, wrong password): nothing is tried again then.
    """

    def __init__(self, settings: Mail) -> None:
        self._settings = settings
        self._session: smtplib.SMTP | None = None

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._leave()

    def hand_over(self, delivery: Delivery, before_last: Callable[[], None]) -> str:
        """Give one letter to the server; its answer. before_last is called when all is said but the dot that makes the server take it.

        Raises TemporaryError, PermanentError.
        """
        session = self._connected()
        body = address_mail(delivery.body or b"", delivery.letter_id, delivery.recipient, self._settings.sender)
        try:
            self._say(session.mail(parseaddr(self._settings.sender)[1]))
            self._say(session.rcpt(delivery.recipient))
            self._say(session.docmd("DATA"), wanted=3)
            session.send(_dotted(body))
            before_last()
            if session.sock is not None:
                session.sock.settimeout(ANSWER_TIMEOUT_S)
            session.send(b".\r\n")
            answer = self._say(session.getreply())
            if session.sock is not None:
                session.sock.settimeout(TIMEOUT_S)
        except (TemporaryError, PermanentError):
            self._reset()
            raise
        except (smtplib.SMTPException, OSError) as error:
            self._leave()
            raise TemporaryError(f"the connection to {self._settings.host} was lost ({_one_line(error)})", is_server=True) from error
        return answer

    def _say(self, reply: tuple[int, bytes], wanted: int = 2) -> str:
        code, words = reply
        text = f"{code} {words.decode('utf-8', 'replace')}"
        if code // 100 == wanted:
            return text
        if code == 421 or code < 0:
            raise TemporaryError(f"the server is closing: {text}", is_server=True)
        if code // 100 == 5:
            raise PermanentError(f"the server refused: {text}")
        raise PutOffError(f"the server put it off: {text}", is_server=False)

    def _connected(self) -> smtplib.SMTP:
        if self._session is None:
            self._session = self._connect()
        return self._session

    def _connect(self) -> smtplib.SMTP:
        wanted = self._settings
        where = f"{wanted.host}:{wanted.port}"
        if not wanted.host or not wanted.sender:
            raise R57Error("no mail server or sender is set: write host and sender under [mail] in settings.toml (`r57 settings --init`).")
        try:
            context = ssl.create_default_context(cafile=str(wanted.ca_file) if wanted.ca_file else None)
        except (OSError, ssl.SSLError) as error:
            raise R57Error(f"mail.ca_file {wanted.ca_file} cannot be used: {_one_line(error)}.") from error
        try:
            session: smtplib.SMTP
            if wanted.security == "tls":
                session = smtplib.SMTP_SSL(wanted.host, wanted.port, timeout=TIMEOUT_S, context=context)
            else:
                session = smtplib.SMTP(wanted.host, wanted.port, timeout=TIMEOUT_S)
                if wanted.security == "starttls":
                    session.starttls(context=context)
            session.ehlo_or_helo_if_needed()
            if wanted.user:
                session.login(wanted.user, wanted.password)
        except ssl.SSLCertVerificationError as error:
            raise R57Error(
                f"the certificate of {where} is not trusted ({error.verify_message}); name its authority as mail.ca_file."
            ) from error
        except smtplib.SMTPAuthenticationError as error:
            raise R57Error(f"{where} does not accept mail.user and mail.password ({error.smtp_code}).") from error
        except smtplib.SMTPNotSupportedError as error:
            raise R57Error(f"{where} cannot do what mail.security asks for ({_one_line(error)}); set tls or none.") from error
        except (smtplib.SMTPException, OSError) as error:
            raise TemporaryError(f"{where} does not answer ({_one_line(error)})", is_server=True) from error
        return session

    def _reset(self) -> None:
        """Make ready for the next letter; a server that cannot is left."""
        try:
            if self._session is not None:
                self._session.rset()
        except (smtplib.SMTPException, OSError):
            self._leave()

    def _leave(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            try:
                session.quit()
            except (smtplib.SMTPException, OSError):
                session.close()


def _dotted(body: bytes) -> bytes:
    """The body as DATA wants it: CRLF line ends, dots at line starts doubled, a line end last."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", body)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
