"""Copies of a database that hold its live rows and nothing else: no free pages, no log."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from r57monitor.errors import HomeError
from warehouse.durable import sync


def copy_database(source: Path, target: Path) -> None:
    """Write every table, view and constraint of `source` into a new file and put it in place of `target` (which may be the source).

    Nobody has the source open for writing. Raises HomeError where the copy cannot be made; the target is then as it was.
    """
    temporary = target.with_name(f"copying-{os.getpid()}.duckdb")
    log = temporary.with_name(temporary.name + ".wal")
    try:
        temporary.unlink(missing_ok=True)
        con = duckdb.connect(str(temporary))
        try:
            quoted = str(source).replace("'", "''")
            con.execute(f"ATTACH '{quoted}' AS source_database{'' if source == target else ' (READ_ONLY)'}")
            con.execute(f'COPY FROM DATABASE source_database TO "{temporary.stem}"')
            con.execute("DETACH source_database")
            con.execute("CHECKPOINT")
        finally:
            con.close()
        sync(temporary)
        if source == target:
            target.with_name(target.name + ".wal").unlink(missing_ok=True)
        temporary.replace(target)
        sync(target.parent)
    except (duckdb.Error, OSError) as error:
        why = " ".join(str(error).split())
        raise HomeError(f"{source} cannot be copied to {target}: {why}. Look to the space on the disk; nothing was changed.") from error
    finally:
        for leftover in (temporary, log):
            leftover.unlink(missing_ok=True)
