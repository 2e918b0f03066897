"""Worker processes that read pages: warm, timed, and killed one by one when a page breaks or hangs them."""

from __future__ import annotations

import gc
import os
import resource
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from pipelines.base import SetAside, outcome_of
from pipelines.homeward import Homeward
from pipelines.pool import ProcessLanes, TaskLost
from pipelines.rules import Recipe, Rules, build_rules
from pipelines.worker import finish
from r57monitor.errors import ArchiveError, Discard, ReadError
from r57monitor.lump import LUMP
from r57monitor.models import Article, RawPage
from warehouse.archive import PackedFetch
from warehouse.records import ArchivedPage, plain_outcome

STAGE_TIMEOUT_S = 60.0  # the slowest sound page met needs about one second
MEMORY_BYTES = 200 * 2**20  # of data that one page may need; the largest sound page met needs 60 MB
HEAVY_BYTES = 700_000  # of markup
HEAVY_FILE_BYTES = 200_000  # of a PDF or DOCX
HEAVY_PACKED_BYTES = 100_000  # of what the archive holds of a page: markup packs to a seventh
_LARGE_BYTES = 100_000  # of an unpacked page, which is not kept while others are read beside it
BESIDE_CRAWL = 5  # niceness: a reactor that waits for its turn leaves the network idle, a reader only its own core
_FEW_PAGES = 8  # are read by one process before another has started
_WINDOW = 2 * LUMP  # pages in flight for each worker when reading in order
_WINDOW_AHEAD = 1_000  # pages that may wait for their readers while more are looked for

_T = TypeVar("_T")
_F = TypeVar("_F")
_rules: Rules | None = None
Steps = Generator[None, None, Article]


# What reads pages takes half a second to import: only the processes that read do so.
def _page_steps(raw: RawPage, rules: Rules) -> Steps:
    from pipelines.chain import page_steps

    return page_steps(raw, rules)


def _read_steps(article: Article, rules: Rules) -> Steps:
    from pipelines.chain import read_steps

    return read_steps(article, rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What came of reading one page: an outcome, the article where there is one, and why not where there is none."""

    outcome: str
    article: Article | None = None
    error: str | None = None


def _start_worker(recipe: Recipe, niceness: int, read: Callable[[RawPage, Rules], Steps]) -> None:
    """read: only so that what it needs is imported before the first page's time runs, as the chain is."""
    global _rules
    import_module("pipelines.chain")
    with suppress(OSError):
        os.nice(niceness)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair; it ends us in order
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _rules = build_rules(recipe)
    gc.collect()
    gc.freeze()  # the rules stay: no collection need walk through them again
    with suppress(ValueError, OSError):
        limit = _data_bytes() + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _data_bytes() -> int:
    """Data this process holds once its rules are loaded; a generous guess where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmData"))
    except (OSError, ValueError, StopIteration):
        return 2**30


@dataclass(frozen=True, slots=True)
class _Fault:
    error: str


def _try(task: Callable[..., Any], *args: Any) -> Any:
    try:
        return task(*args)
    except MemoryError:
        pass
    except Exception as fault:  # noqa: BLE001 (a page may break any reader; it is kept by name)
        return _Fault(f"{type(fault).__name__}: {fault}"[:300])
    return _Fault("needs too much memory")


def _in_worker(task: Callable[..., Steps], *args: Any) -> Generator[None, None, PageReading]:
    """Run one task step by step; whatever it raises comes back as words, because not every exception survives the way home."""
    assert _rules is not None
    article: Article | None
    try:
        article = yield from task(*args, _rules)
    except Discard as loss:
        return PageReading(outcome="discarded", error=f"{loss.stage}: {loss.reason}")
    except RecursionError:
        return PageReading(outcome="set_aside", error="nested too deeply")
    except MemoryError:
        article = None  # what the page holds is let go of before anything more is said
    except Exception as fault:  # noqa: BLE001 (any fault of one page must not end the run; it is kept by name)
        return PageReading(outcome="set_aside", error=f"{type(fault).__name__}: {fault}"[:500])
    if article is None:
        return PageReading(outcome="set_aside", error="needs too much memory")
    return PageReading(outcome=outcome_of(article), article=article)


def _read_packed(
    read: Callable[[RawPage, Rules], Steps], fetch: PackedFetch
) -> Generator[None, None, tuple[ArchivedPage, PageReading] | PageReading | ArchiveError]:
    """The fetch without its body, and its reading; a reading alone where it takes too much memory to be unpacked here."""
    try:
        page = fetch.unpack()
    except ArchiveError as damage:
        return damage
    except MemoryError:
        return PageReading(outcome="set_aside", error="needs too much memory")
    outcome = plain_outcome(page)
    if outcome is not None:
        return page.without_body(), PageReading(outcome=outcome, error=page.error)
    steps, bare, is_large = _in_worker(read, page.raw), page.without_body(), len(page.raw.body) > _LARGE_BYTES
    del page
    return bare, finish(steps) if is_large else (yield from steps)


def workers_for(pages: int) -> int | None:
    """How many processes are to read a known number of pages; None for as many as the machine bears."""
    return 1 if pages < _FEW_PAGES else None


class Readers:
    """Warm processes that read pages; one is started for each core, at most four.

    A page that kills or hangs its process is tried twice, then set aside with the reason in words.
    niceness: by how much they stand back behind the process that they work for.
    first: how many begin at once; more where pages have to wait for them (`read_all`).
    read: the whole chain; another function only in tests.
    """

    def __init__(
        self,
        recipe: Recipe,
        *,
        workers: int | None = None,
        timeout_s: float = STAGE_TIMEOUT_S,
        niceness: int = 0,
        first: int | None = None,
        read: Callable[[RawPage, Rules], Steps] = _page_steps,
    ) -> None:
        self._size = workers or max(1, min(os.cpu_count() or 1, 4))
        self._read = read
        self._lanes = ProcessLanes(self._size, timeout_s, _start_worker, (recipe, niceness, read), first)
        self._homeward = Homeward()

    async def advance(self, stage: str, article: Article) -> Article:
        """The article after this stage and, on the same way to a worker, all later ones: each way costs more than most stages.

        A stage that it has been through is not run again. Raises Discard or SetAside.
        """
        if stage in article.stages:
            return article
        try:
            result: PageReading = await self._homeward.bring(self._submit(_read_steps, article))
        except TaskLost as lost:
            raise SetAside(f"{stage}: {lost}") from lost
        if result.outcome == "set_aside":
            raise SetAside(f"{stage}: {result.error}")
        if result.article is None:
            where, _, why = (result.error or "").partition(": ")
            raise Discard(where, why)
        return result.article

    async def work(self, task: Callable[..., Any], *args: Any) -> Any:
        """A module-level function over one page, run in a worker ahead of the readings that wait. Raises ReadError where it fails."""
        try:
            result = await self._homeward.bring(self._lanes.submit(_try, task, *args, is_urgent=True, is_heavy=_is_heavy(args)))
        except TaskLost as lost:
            raise ReadError(f"the page broke or hung its reader ({lost})") from lost
        if isinstance(result, _Fault):
            raise ReadError(f"the page broke or hung its reader ({result.error})")
        return result

    def _submit(self, task: Callable[..., Steps], *args: Any) -> Future[PageReading]:
        return self._lanes.submit(_in_worker, task, *args, is_heavy=_is_heavy(args))

    def read(self, raw: RawPage) -> PageReading:
        """Read one page through the whole chain and wait for it."""
        return _settle(self._submit(self._read, raw))

    def read_all(self, pages: Iterable[ArchivedPage], ahead: int = 0) -> Iterator[tuple[ArchivedPage, PageReading]]:
        """Every archived page, without its body, with its reading, in the order given.

        ahead: bytes of pages that may wait for their readers while `pages` is asked for more.
        """
        for page, reading in self.read_in_order(pages, lambda page: page.raw if plain_outcome(page) is None else None, ahead):
            yield page.without_body(), reading or PageReading(outcome=plain_outcome(page) or "error", error=page.error)

    def read_packed(self, fetches: Iterable[PackedFetch], report: Callable[[str], None]) -> Iterator[tuple[ArchivedPage, PageReading]]:
        """The same of fetches that the workers unpack themselves; those that are damaged are reported with one line."""
        for fetch, future in self._in_order(fetches, self._submit_packed):
            try:
                page, reading = _settle_packed(fetch, future)
            except ArchiveError as damage:
                report(str(damage))
            else:
                yield page, reading

    def read_in_order(
        self, things: Iterable[_T], raw_of: Callable[[_T], RawPage | None], ahead: int = 0
    ) -> Iterator[tuple[_T, PageReading | None]]:
        """Each thing with the reading of its page, in order; None where it has none. A bounded number is in flight."""

        def submit(thing: _T) -> Future[PageReading] | None:
            raw = raw_of(thing)
            return None if raw is None else self._submit(self._read, raw)

        def weigh(thing: _T) -> int:
            raw = raw_of(thing)
            return len(raw.body) if raw else 0

        for thing, future in self._in_order(things, submit, weigh if ahead else None, ahead):
            yield thing, None if future is None else _settle(future)

    def _in_order(
        self, things: Iterable[_T], submit: Callable[[_T], _F], weigh: Callable[[_T], int] | None = None, ahead: int = 0
    ) -> Iterator[tuple[_T, _F]]:
        window: deque[tuple[_T, _F, int]] = deque()
        weight = 0
        for thing in things:
            window.append((thing, submit(thing), weigh(thing) if weigh else 0))
            weight += window[-1][2]
            while window and (_is_done(window[0][1]) or self._is_full(len(window), weight, ahead)):
                thing, future, size = window.popleft()
                weight -= size
                yield thing, future
        yield from ((thing, future) for thing, future, _ in window)

    def _is_full(self, pages: int, weight: int, ahead: int) -> bool:
        """Whether the next page must wait for the oldest one; then one more reader begins, if there may be one."""
        if pages < self._size * _WINDOW or (weight < ahead and pages < _WINDOW_AHEAD):
            return False
        self._lanes.grow()
        return True

    def _submit_packed(self, fetch: PackedFetch) -> Future[Any]:
        return self._lanes.submit(_read_packed, self._read, fetch, is_heavy=len(fetch.block) > HEAVY_PACKED_BYTES)

    def close(self) -> None:
        """End the workers at once; what was not read yet is read by the next run."""
        self._lanes.close()


def _is_heavy(args: tuple[Any, ...]) -> bool:
    """Whether a task's page is so large that it may cost much memory; files unpack to more than they are."""
    raws = [arg.raw if isinstance(arg, Article) else arg for arg in args if isinstance(arg, Article | RawPage)]
    return any(len(raw.body) > (HEAVY_BYTES if b"<" in raw.body[:200] else HEAVY_FILE_BYTES) for raw in raws)


def _is_done(future: object) -> bool:
    return future is None or (isinstance(future, Future) and future.done())


def _settle(future: Future[PageReading]) -> PageReading:
    try:
        return future.result()
    except TaskLost as lost:
        return PageReading(outcome="set_aside", error=f"read: {lost}")


def _settle_packed(fetch: PackedFetch, future: Future[Any]) -> tuple[ArchivedPage, PageReading]:
    """Raises ArchiveError where the fetch is damaged."""
    answer: Any = _settle(future)
    if isinstance(answer, ArchiveError):
        raise answer
    return (fetch.unpack().without_body(), answer) if isinstance(answer, PageReading) else answer
