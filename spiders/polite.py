"""Politeness of one source: one request at a time to a host, no sooner than it asks for, and an end to patience."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic

from scrapy import Request, Spider, signals
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import call_later
from scrapy.utils.defer import _schedule_coro

from r57monitor.text.challenge import load_crawl_rules


@dataclass(slots=True)
class HostRule:
    """What a host asked for."""

    crawl_delay: float = 0.0  # seconds between two requests (robots.txt)
    not_before: float = 0.0  # moment (monotonic) of the next request (Retry-After)


class PoliteSlot(Slot):
    """A host's queue that keeps the host's own rule whatever AutoThrottle and chance make of the delay."""

    def __init__(self, concurrency: int, delay: float, jitter: float, rule: HostRule) -> None:
        super().__init__(concurrency, delay, jitter)
        self.rule = rule

    def download_delay(self) -> float:
        return max(super().download_delay(), self.rule.crawl_delay, self.rule.not_before - self.lastseen)


class PoliteDownloader(Downloader):
    """Scrapy's downloader with PoliteSlots; a host's rule outlives its slot, which Scrapy drops when idle."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        crawler.signals.connect(self._note_answer, signal=signals.response_downloaded)

    def _note_answer(self, request: Request) -> None:
        """A host that asked for a pause gets it whole: from the end of one answer to the next request."""
        slot = self.slots.get(request.meta.get(self.DOWNLOAD_SLOT, ""))
        if slot is not None and self.rule(request.meta[self.DOWNLOAD_SLOT]).crawl_delay:
            slot.lastseen = monotonic()

    @property
    def rules(self) -> dict[str, HostRule]:
        found: dict[str, HostRule] = self.__dict__.setdefault("_host_rules", {})
        return found

    def rule(self, key: str) -> HostRule:
        return self.rules.setdefault(key, HostRule())

    def hold(self, key: str, seconds: float) -> None:
        """Ask nothing of a host for so long."""
        rule = self.rule(key)
        rule.not_before = max(rule.not_before, monotonic() + seconds)

    def _process_queue(self, slot: Slot) -> None:
        """Begin what may begin now. A request counts as under way from this moment: Scrapy counts it only when its task has run,
        and without a delay would have begun the whole queue by then."""
        if slot.latercall:
            return
        now, delay = monotonic(), slot.download_delay()
        wait = delay - now + slot.lastseen
        if delay and wait > 0:
            slot.latercall = call_later(wait, self._latercall, slot)
            return
        while slot.queue and slot.free_transfer_slots() > 0:
            slot.lastseen = now
            request, answer = slot.queue.popleft()
            slot.transferring.add(request)
            _schedule_coro(self._wait_for_download(slot, request, answer))
            if delay:
                self._process_queue(slot)
                return

    def _get_slot(self, request: Request, spider: Spider | None = None) -> tuple[str, Slot]:
        key = self.get_slot_key(request)
        if key not in self.slots:
            self.slots[key] = PoliteSlot(self.domain_concurrency, self._delay, self._jitter, self.rule(key))
            self._start_slot_gc()
        return key, self.slots[key]


@dataclass(slots=True)
class Patience:
    """How much of a cycle a source may waste: time in all, time lost on answers that never came, failures in a row.

    A good answer clears the failures in a row. `ended` says in words why the source is left alone until its next cycle.
    """

    since: bool = False  # a walk back in time takes longer
    started: float = field(default_factory=monotonic)
    lost_s: float = 0.0
    strikes: float = 0.0
    ended: str | None = None
    failed: str | None = None  # the same, where failures ended it
    closed: int = 0  # addresses in a row that are closed for long

    def limit(self, name: str) -> float:
        limits = load_crawl_rules()["patience"]
        return float(limits.get(f"{name}_since", limits[name]) if self.since else limits[name])

    def is_over(self) -> bool:
        """Whether nothing more is asked for in this cycle."""
        if self.ended is None and monotonic() - self.started > 60 * self.limit("minutes"):
            self.ended = "its time in this cycle is over"
        return self.ended is not None

    def note_good(self) -> None:
        self.strikes, self.closed = 0.0, 0

    def is_closed_alone(self, status: int, *, has_others: bool) -> bool:
        """Whether an address that asks for a long pause may be closed by itself, as one section of a site is: the next one will tell.

        Only where it says that it is out of service (503), where others have answered or wait to be asked, and for one address in a row.
        """
        self.closed += 1
        return status == HTTPStatus.SERVICE_UNAVAILABLE and has_others and self.closed == 1

    def note_failure(self, cause: str, status: int | None, lost_s: float, *, is_probe: bool = False) -> None:
        """Count a failure. Missing pages weigh least: many outlets list some that are gone; guesses of ours only cost time."""
        kind = "unanswered" if status is None else "missing" if status in {404, 410} else "refused"
        self.strikes += 0.0 if is_probe else self.limit(f"weight_{kind}")
        self.lost_s += lost_s
        if self.ended is None and (self.strikes >= self.limit("strikes") or self.lost_s >= self.limit("lost_s")):
            self.ended = self.failed = cause
