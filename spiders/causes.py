"""Failures in words: one short cause for whatever goes wrong with a request, and whether it passes by itself."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit

from scrapy import exceptions
from scrapy.spidermiddlewares.httperror import HttpError

from spiders.guard import GuardedResolver, Refused
from spiders.transport import has_no_handshake, tls_problem

TIMED_OUT = "timed out"


class Cause(NamedTuple):
    """Why a request gave no page: words, HTTP status where there was an answer, and whether it says nothing of the page itself."""

    words: str
    status: int | None = None
    passes: bool = False  # of the moment (busy or closed server, challenge, no answer): waited out; other faults are given up soon


_KINDS: tuple[tuple[type[BaseException], Cause], ...] = (
    (exceptions.DownloadTimeoutError, Cause(TIMED_OUT)),
    (TimeoutError, Cause(TIMED_OUT)),
    (exceptions.DownloadConnectionRefusedError, Cause("connection refused", passes=True)),
    (exceptions.CannotResolveHostError, Cause("name not found", passes=True)),
    (exceptions.DownloadCancelledError, Cause("too large")),
    (exceptions.ResponseDataLossError, Cause("answer cut off", passes=True)),
    (exceptions.UnsupportedURLSchemeError, Cause("no http address")),
    (ValueError, Cause("redirect refused: it leads to no web address")),  # of a request that cannot even be made
)
_PASSING = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_TLS = "TLS failure"
_MARKS = (
    ("toomanyheaders", "headers without end"),
    ("tunnel", "the proxy refuses to connect"),
    ("ssl", _TLS),
    ("certificate", _TLS),
    ("tls", _TLS),
    ("parseerror", "no HTTP answer"),
    ("badstatusline", "no HTTP answer"),
)


def find_cause(error: BaseException, url: str) -> Cause:
    """What a failed request failed of."""
    if isinstance(error, HttpError):
        status = int(error.response.status)
        if 300 <= status < 400:
            return Cause("redirect refused: it leads to no web address", status)
        return Cause(status_in_words(status), status, status_passes(status))
    if isinstance(error, Refused):
        return Cause(error.cause, error.status, error.passes)
    if isinstance(error, exceptions.CannotResolveHostError) and urlsplit(url).hostname in GuardedResolver.refused:
        return Cause("name leads to a private address")
    if isinstance(error, exceptions.IgnoreRequest):
        return Cause(_ignored(str(error)))
    for kind, cause in _KINDS:
        if isinstance(error, kind):
            return cause
    return _connection_cause(error, url)


def _connection_cause(error: BaseException, url: str) -> Cause:
    text = f"{type(error).__name__} {error}".lower()
    problem = tls_problem(url)
    if problem:
        return Cause(f"TLS failure: {problem}", passes=True)
    for mark, words in _MARKS:
        if mark in text:
            return Cause(words, passes=words == _TLS)
    if has_no_handshake(url):
        return Cause("TLS failure: the handshake broke off", passes=True)
    return Cause("connection lost", passes=True)


def status_passes(status: int) -> bool:
    """Whether a status says nothing of the page itself."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING


def status_in_words(status: int) -> str:
    """ "HTTP 404 (not found)"."""
    try:
        return f"HTTP {status} ({HTTPStatus(status).phrase.lower()})"
    except ValueError:
        return f"HTTP {status}"


def _ignored(text: str) -> str:
    if "robots.txt" in text:
        return "robots.txt forbids it"
    if "redirections" in text:
        return "too many redirects"
    return text or "not asked for"
