"""Failures in words: one short cause for whatever goes wrong with a request."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from scrapy import exceptions
from scrapy.spidermiddlewares.httperror import HttpError

from spiders.guard import GuardedResolver, Refused
from spiders.transport import has_no_handshake, tls_problem

TIMED_OUT = "timed out"
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (exceptions.DownloadTimeoutError, TIMED_OUT),
    (TimeoutError, TIMED_OUT),
    (exceptions.DownloadConnectionRefusedError, "connection refused"),
    (exceptions.CannotResolveHostError, "name not found"),
    (exceptions.DownloadCancelledError, "too large"),
    (exceptions.ResponseDataLossError, "answer cut off"),
    (exceptions.UnsupportedURLSchemeError, "no http address"),
    (ValueError, "redirect refused: it leads to no web address"),  # of a request that cannot even be made
)
_MARKS = (
    ("toomanyheaders", "headers without end"),
    ("tunnel", "the proxy refuses to connect"),
    ("ssl", "TLS failure"),
    ("certificate", "TLS failure"),
    ("tls", "TLS failure"),
    ("parseerror", "no HTTP answer"),
    ("badstatusline", "no HTTP answer"),
)


def cause_in_words(error: BaseException, url: str) -> tuple[str, int | None]:
    """(cause, HTTP status or None) of a failed request."""
    if isinstance(error, HttpError):
        status = int(error.response.status)
        if 300 <= status < 400:
            return "redirect refused: it leads to no web address", status
        return status_in_words(status), status
    if isinstance(error, Refused):
        return error.cause, error.status
    if isinstance(error, exceptions.CannotResolveHostError) and urlsplit(url).hostname in GuardedResolver.refused:
        return "name leads to a private address", None
    if isinstance(error, exceptions.IgnoreRequest):
        return _ignored(str(error)), None
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words, None
    text = f"{type(error).__name__} {error}".lower()
    problem = tls_problem(url)
    if problem:
        return f"TLS failure: {problem}", None
    for mark, words in _MARKS:
        if mark in text:
            return words, None
    if has_no_handshake(url):
        return "TLS failure: the handshake broke off", None
    return "connection lost", None


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
