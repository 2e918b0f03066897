"""What is asked again, and when: a busy server in its own time, an answer that never came once at most."""

from __future__ import annotations

import email.utils
from http import HTTPStatus
from typing import Any, cast

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from r57monitor.clock import utc_now
from spiders.causes import status_in_words
from spiders.guard import Refused
from spiders.transport import tls_problem

_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


class PatientRetryMiddleware(RetryMiddleware):
    """Waits as long as a server asks (Retry-After) before anything else goes to that host; a long wait outlasts the cycle.

    One address that is out of service for long while others wait to be asked is left alone by itself; after the next one the host is.
    """

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Request | Response:
        if response.status not in self.retry_http_codes:
            return response
        source_spider: Any = self.crawler.spider
        patience = source_spider.patience
        words = status_in_words(response.status)
        wait = retry_after_s((response.headers.get(b"Retry-After") or b"").decode("latin-1"))
        if wait is not None and wait > patience.limit("retry_after_s"):
            cause = f"{words}, to be asked again in {wait:.0f} s"
            source_spider.take_pause(request, response.status, cause, wait)
            raise Refused(cause, status=response.status, passes=True)
        if wait is None and response.status in self.retry_http_codes:
            wait = patience.limit("pause_429_s") if response.status == HTTPStatus.TOO_MANY_REQUESTS else patience.limit("pause_5xx_s")
        if wait and (response.status in _BUSY or not request.meta.get("dont_retry")):
            cast(Any, self.crawler.engine).downloader.hold(request.meta.get("download_slot", ""), wait)
        if request.meta.get("dont_retry") or patience.is_over():
            return response
        return self._retry(request, words) or response

    def process_exception(self, request: Request, exception: Exception, spider: Spider | None = None) -> Request | Response | None:
        """A bad certificate stays bad; a time-out has cost its time; anything else may have been chance, once."""
        source_spider: Any = self.crawler.spider
        if tls_problem(request.url) or source_spider.patience.is_over():
            return None
        is_entry = "lead" in request.meta and not request.meta["lead"].is_article
        if request.meta.get("retry_times", 0) >= 1 or (isinstance(exception, DownloadTimeoutError) and not is_entry):
            return None
        return super().process_exception(request, exception)


def retry_after_s(value: str) -> float | None:
    """Seconds a Retry-After header asks for (a number or a date); None where it says nothing."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return max(0.0, (moment - utc_now()).total_seconds()) if moment.tzinfo else None
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
