"""How connections are made: certificates are checked, by an office's own authority too, and header sections are bounded."""

from __future__ import annotations

import hashlib
import logging
import re
from typing import Any, cast
from urllib.parse import urlsplit

import spiders.shallow  # noqa: F401 (before Scrapy's modules, which would load the same)

# isort: split
import certifi
from OpenSSL import SSL, crypto
from scrapy import Request
from scrapy.core.downloader.contextfactory import _ScrapyCertificateOptions
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response
from service_identity.exceptions import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet._sslverify import ClientTLSOptions, IOpenSSLTrustRoot
from twisted.python.failure import Failure
from twisted.web._newclient import STATUS, ParseError
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from r57monitor.errors import ArchiveError
from r57monitor.text.whole import has_end
from warehouse.encodings import decode_body

logger = logging.getLogger(__name__)

MAX_HEADER_BYTES = 64 * 1024  # of one answer, interim answers included; sites send one or two
MAX_HEADER_LINES = 300
_STATUS_LINE = b"HTTP/"
_LEAF = 0  # depth of a site's own certificate in its chain
_PROBLEMS = {
    9: "certificate not valid yet",
    10: "certificate expired",
    18: "self-signed certificate",
    19: "self-signed certificate in the chain",
    20: "certificate of an unknown issuer",
    21: "certificate of an unknown issuer",
    23: "certificate revoked",
}


class TooManyHeaders(Exception):  # noqa: N818 (named for what happened)
    """An answer whose header section does not end in time."""


class _BoundedParser(_LenientHTTPClientParser):
    """Counts the bytes of everything before the body; Twisted bounds one line, but not how many come."""

    _seen_bytes = 0
    _seen_lines = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 (Twisted's name)
        self._seen_bytes += len(line)
        self._seen_lines += 1
        if self._seen_bytes > MAX_HEADER_BYTES or self._seen_lines > MAX_HEADER_LINES:
            raise TooManyHeaders
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 (Twisted's name)
        raise TooManyHeaders

    def connectionLost(self, reason: Failure | None = None) -> None:  # noqa: N802 (Twisted's name)
        """What began like no HTTP answer is named so, not as a connection that was lost."""
        if self.state == STATUS and self._buffer and not self._buffer.startswith(_STATUS_LINE[: len(self._buffer)]):
            reason = Failure(ParseError("no status line", self._buffer[:100]))  # type: ignore[no-untyped-call]
        super().connectionLost(reason)


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        answer = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = _BoundedParser  # Scrapy's own way to choose a parser; it has no state of its own yet
        return answer


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 (Twisted's name)
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


@implementer(IOpenSSLTrustRoot)
class _Roots:
    """The machine's certificate authorities, those that come with Python's certifi, and an office's own."""

    def __init__(self, ca_file: str | None) -> None:
        self._ca_file = ca_file

    def _addCACertsToContext(self, context: SSL.Context) -> None:  # noqa: N802 (Twisted's name)
        context.set_default_verify_paths()
        context.load_verify_locations(certifi.where())
        if self._ca_file:
            context.load_verify_locations(self._ca_file)


@implementer(IPolicyForHTTPS)
class TlsPolicy:
    """A certificate must be good, or be the one the registry pins for this source (`tls_pin`); every use of a pin is logged.

    problems: host:port -> what was wrong with the certificate it last showed, for the words of a failure; greeted: likewise.
    """

    problems: dict[str, str] = {}  # noqa: RUF012 (of this process)
    greeted: set[str] = set()  # noqa: RUF012 (host:port whose certificate was seen and accepted)

    def __init__(self, ca_file: str | None, pins: frozenset[str]) -> None:
        self.pins = pins
        self.used: dict[str, str] = {}  # host -> problem, where a pin was needed
        self.keys: set[str] = set()  # prints of the keys of certificates that were accepted so
        self._options = _ScrapyCertificateOptions(trustRoot=cast(Any, _Roots(ca_file)), fixBrokenPeers=True)

    def creatorForNetloc(self, hostname: bytes, port: int) -> ClientTLSOptions:  # noqa: N802 (Twisted's name)
        return _CheckedTls(self, self._options._makeTLSConnection, hostname.decode("ascii"), port)

    def accept_pinned(self, host: str, problem: str, certificate: crypto.X509) -> bool:
        """Whether a bad certificate is the pinned one; the exception is logged once a host and cycle."""
        if not fingerprints(certificate) & self.pins:
            return False
        self.keys.add(key_fingerprint(certificate))
        if host not in self.used:
            logger.warning("%s: accepted by its pin (tls_pin) although its certificate is bad: %s", host, problem)
            self.used[host] = problem
        return True


def tls_problem(url: str) -> str | None:
    """What was wrong with the certificate of an address's host, when it was last asked for over TLS."""
    try:
        parts = urlsplit(url)
        return TlsPolicy.problems.get(f"{parts.hostname}:{parts.port or 443}")
    except ValueError:
        return None


def has_no_handshake(url: str) -> bool:
    """Whether an address is to be asked for over TLS and its host never brought a handshake to an end."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and f"{parts.hostname}:{parts.port or 443}" not in TlsPolicy.greeted
    except ValueError:
        return False


class _CheckedTls(ClientTLSOptions):
    def __init__(self, policy: TlsPolicy, create: Any, hostname: str, port: int) -> None:
        super().__init__(create, hostname)
        self._policy = policy
        self._port = port

    def clientConnectionForTLS(self, tlsProtocol: Any) -> Any:  # noqa: N802, N803 (Twisted's names)
        connection = super().clientConnectionForTLS(tlsProtocol)
        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, _Verdict(self._policy, self._hostnameASCII, self._port))
        return connection


class _Verdict:
    """OpenSSL's questions about one chain: it walks from the root to the site's own certificate, where the answer is given."""

    def __init__(self, policy: TlsPolicy, host: str, port: int) -> None:
        self._policy = policy
        self._host = host
        self._place = f"{host}:{port}"
        self._problem: str | None = None

    def __call__(self, connection: Any, certificate: crypto.X509, error: int, depth: int, is_good: int) -> bool:
        if not is_good and self._problem is None:
            self._problem = _PROBLEMS.get(error, f"certificate refused (error {error})")
        if depth != _LEAF:
            return True
        problem = self._problem or self._wrong_name(certificate)
        if problem is None or self._policy.accept_pinned(self._place, problem, certificate):
            self._policy.greeted.add(self._place)
            return True
        self._policy.problems[self._place] = problem
        return False

    def _wrong_name(self, certificate: crypto.X509) -> str | None:
        is_address = re.fullmatch(r"[\d.]+|[\da-f:]*:[\da-f:.]*", self._host) is not None
        wanted = IPAddress_ID(self._host) if is_address else DNS_ID(self._host)
        try:
            verify_service_identity(extract_patterns(certificate), [wanted], [])
        except (VerificationError, CertificateError):
            return "certificate for another name"
        return None


def fingerprints(certificate: crypto.X509) -> frozenset[str]:
    """SHA-256 of a certificate and of its public key, as small hexadecimal digits: a pin may be either."""
    whole = crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
    return frozenset({hashlib.sha256(whole).hexdigest(), key_fingerprint(certificate)})


def key_fingerprint(certificate: crypto.X509) -> str:
    """SHA-256 of a certificate's public key."""
    return hashlib.sha256(crypto.dump_publickey(crypto.FILETYPE_ASN1, certificate.get_pubkey())).hexdigest()


def read_pins(text: str | None) -> frozenset[str]:
    """Pins as a registry writes them: one or more SHA-256 prints, hexadecimal with or without colons, "sha256:" before them or not."""
    words = re.split(r"[\s,;]+", (text or "").strip().lower())
    bare = (re.sub(r"^sha-?256[:/=]?", "", word).replace(":", "") for word in words)
    return frozenset(word for word in bare if re.fullmatch(r"[0-9a-f]{64}", word))


class GuardedHandler(HTTP11DownloadHandler):
    """Scrapy's handler with certificates checked and header sections bounded."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Any:
        """This handler, or for a source that needs a browser the one that puts a browser before it."""
        source = getattr(crawler.spider, "source", None)
        if source is None or not source.browser:
            return cls(crawler)
        from spiders.browser import BrowserHandler

        return BrowserHandler(crawler)

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._fail_on_dataloss = False  # `download_request` decides
        pins = read_pins(crawler.settings.get("R57_TLS_PIN"))
        self.tls = TlsPolicy(crawler.settings.get("CA_FILE") or None, pins)
        self._contextFactory = cast(Any, self.tls)
        self._pool._factory = _BoundedFactory

    async def download_request(self, request: Request) -> Response:
        """The answer. One that ends before its server said, and whose last tag is there, is whole: the server cannot count."""
        response = await super().download_request(request)
        if "dataloss" in response.flags and not _is_whole(response):
            raise ResponseDataLossError
        return response


def _is_whole(response: Response) -> bool:
    encodings = [value.decode("latin-1") for value in response.headers.getlist(b"Content-Encoding")]
    try:
        return has_end(decode_body(response.body, encodings, whole=True))
    except ArchiveError:
        return False
