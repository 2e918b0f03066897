"""The service's log: a JSON object a line in `logs/serve.jsonl`, rotated, and the same in plain words on standard error."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

from warehouse.journal import is_torn

FILE = "serve.jsonl"
MAX_BYTES = 5 * 2**20
KEPT = 5  # rotated files beside the one being written
_SHARED: tuple[Any, ...] = (
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


@contextmanager
def open_log(folder: Path) -> Iterator[structlog.stdlib.BoundLogger]:
    """The log of one service; its files are closed when the service ends."""
    folder.mkdir(parents=True, exist_ok=True)
    _end_torn_line(folder / FILE)
    file = RotatingFileHandler(folder / FILE, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8")
    file.setFormatter(_formatter(structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)))
    screen = logging.StreamHandler(sys.stderr)
    screen.setFormatter(_formatter(structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)))
    logger = logging.getLogger("r57monitor.service")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.handlers = [file, screen]
    try:
        yield structlog.wrap_logger(
            logger,
            processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
            wrapper_class=structlog.stdlib.BoundLogger,
        )
    finally:
        logger.handlers = []
        file.close()


def _end_torn_line(path: Path) -> None:
    """End the line that a killed service left half-written: the next one begins a line of its own."""
    with suppress(FileNotFoundError), open(path, "r+b") as file:
        if is_torn(file.fileno()):
            file.seek(0, os.SEEK_END)
            file.write(b"\n")


def _formatter(renderer: Any) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer])


def drop_old_logs(folder: Path, keep_days: int, now: datetime) -> list[Path]:
    """Remove the crawls' log files, and rotated ones of the service, last written more than `keep_days` ago; returns them."""
    oldest = (now - timedelta(days=keep_days)).timestamp()
    closed = (path for pattern in ("crawl-*.log", f"{FILE}.*") for path in folder.glob(pattern))
    old = [path for path in closed if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return old
