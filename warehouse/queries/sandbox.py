"""A user's SQL in a process of its own: limited in memory by the kernel, and killed when its time is over.

DuckDB limits what it counts itself and stops where it looks; one long function call does neither.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from r57monitor.errors import UsageError
from warehouse.queries.reader import SQL_MAX_ROWS, SQL_TIMEOUT_S, TOO_MUCH_MEMORY, SqlError, SqlRefusedError, SqlResult, open_file, run_sql

SQL_MEMORY_MB = 2048
ROWS_BYTES = 2**29  # beyond what DuckDB may use: for the rows on their way out
GRACE_S = 2.0  # to start, and to stop in order
MAX_TIMEOUT_S = 3600.0
_FAULTS = {"error": SqlError, "refused": SqlRefusedError}  # how the child tells its parent


def run_sql_apart(
    file: Path, sql: str, timeout_s: float = SQL_TIMEOUT_S, memory_mb: int = SQL_MEMORY_MB, max_rows: int = SQL_MAX_ROWS
) -> SqlResult:
    """Run one SELECT over a published file in a child process.

    Raises SqlRefusedError for what cannot be run and SqlError for what takes too much, in one line; UsageError for a time that is none.
    """
    if not 0 < timeout_s <= MAX_TIMEOUT_S:
        raise UsageError(f"--timeout {timeout_s:g}: give seconds, more than 0 and at most {MAX_TIMEOUT_S:g}.")
    asked = json.dumps({"file": str(file), "sql": sql, "timeout_s": timeout_s, "memory_mb": memory_mb, "max_rows": max_rows}).encode()
    command = [sys.executable, "-c", "from warehouse.queries.sandbox import answer; answer()"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as child:
        try:
            out, _ = child.communicate(asked, timeout=timeout_s + GRACE_S)
        except subprocess.TimeoutExpired as error:
            child.kill()
            raise SqlError(f"the query was stopped after {timeout_s:g} s. Ask for less, or add a WHERE or LIMIT.") from error
        except BaseException:
            child.kill()
            raise
    return _read(out)


def _read(out: bytes) -> SqlResult:
    try:
        kind, said = pickle.loads(out)  # noqa: S301 (written by our own child process)
    except (pickle.UnpicklingError, EOFError, ValueError):
        kind, said = "error", f"{TOO_MUCH_MEMORY} Ask for fewer columns or rows."
    if kind in _FAULTS:
        raise _FAULTS[kind](said)
    return SqlResult(*said)


def answer() -> None:
    """The child: one question on standard input, its answer on standard output."""
    asked = json.load(sys.stdin)
    _limit_memory(asked["memory_mb"])
    sys.stdout.buffer.write(_answer(asked))
    sys.stdout.flush()
    os._exit(0)  # nothing is to be tidied up, and freeing gigabytes takes time


def _answer(asked: dict[str, Any]) -> bytes:
    try:
        with open_file(Path(asked["file"]), f"{asked['memory_mb']}MiB") as reader:
            result = run_sql(reader, asked["sql"], asked["timeout_s"], asked["max_rows"])
        return pickle.dumps(("rows", (result.columns, result.rows, result.truncated)))
    except MemoryError:
        return pickle.dumps(("error", f"{TOO_MUCH_MEMORY} Ask for fewer columns or rows."))
    except SqlRefusedError as error:
        return pickle.dumps(("refused", str(error)))
    except Exception as error:  # noqa: BLE001 (every fault is told to the parent, in one line)
        return pickle.dumps(("error", " ".join(str(error).split())))


def _limit_memory(megabytes: int) -> None:
    with contextlib.suppress(OSError, ValueError):  # where the kernel knows no such limit, DuckDB's own holds
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * os.sysconf("SC_PAGE_SIZE") + megabytes * 2**20 + ROWS_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
