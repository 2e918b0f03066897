"""Fetches that share one fsync."""

from __future__ import annotations

import asyncio
import threading

import pytest

from r57monitor.errors import ArchiveError
from spiders.commits import SharedSync


class Disk:
    """Counts what is written and what is safe; a sync waits until it is let go on, or fails."""

    def __init__(self) -> None:
        self.written = self.safe = self.syncs = self.drops = 0
        self.go_on = threading.Event()
        self.error: ArchiveError | None = None

    def sync(self) -> None:
        self.syncs += 1
        written = self.written
        assert self.go_on.wait(10)
        if self.error is not None:
            raise self.error
        self.safe = written

    def drop(self) -> None:
        self.drops += 1


async def write(disk: Disk, shared: SharedSync) -> int:
    """Write one thing and wait until it is safe; how much is safe then."""
    disk.written += 1
    mine = disk.written
    await shared.wait()
    assert disk.safe >= mine
    return disk.safe


def test_those_who_come_during_a_sync_share_the_next() -> None:
    async def crawl(disk: Disk) -> list[int]:
        shared = SharedSync(disk.sync, disk.drop)
        first = asyncio.ensure_future(write(disk, shared))
        while not disk.syncs:
            await asyncio.sleep(0)
        others = [asyncio.ensure_future(write(disk, shared)) for _ in range(20)]
        await asyncio.sleep(0)
        assert not first.done()
        disk.go_on.set()
        return await asyncio.gather(first, *others)

    disk = Disk()
    assert len(asyncio.run(crawl(disk))) == 21
    assert (disk.syncs, disk.safe, disk.drops) == (2, 21, 0)


def test_a_disk_that_fails_is_said_to_all_who_wait() -> None:
    async def crawl(disk: Disk) -> list[object]:
        shared = SharedSync(disk.sync, disk.drop)
        first = asyncio.ensure_future(write(disk, shared))
        while not disk.syncs:
            await asyncio.sleep(0)
        later = asyncio.ensure_future(write(disk, shared))
        await asyncio.sleep(0)
        disk.error = ArchiveError("full")
        disk.go_on.set()
        return list(await asyncio.gather(first, later, return_exceptions=True))

    disk = Disk()
    assert asyncio.run(crawl(disk)) == [disk.error, disk.error]
    assert (disk.syncs, disk.drops) == (1, 1)


def test_one_who_gives_up_holds_up_nobody() -> None:
    async def crawl(disk: Disk) -> int:
        shared = SharedSync(disk.sync, disk.drop)
        one, other = asyncio.ensure_future(write(disk, shared)), asyncio.ensure_future(write(disk, shared))
        while not disk.syncs:
            await asyncio.sleep(0)
        one.cancel()
        disk.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await one
        return await other

    assert asyncio.run(crawl(Disk())) == 2
