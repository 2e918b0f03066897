"""A file of rows for a warehouse elsewhere: batches of rows by table, as Arrow streams in a ZIP.

Its directory is written last: a file that was not finished cannot be opened. Every table of a batch is checked when it is read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
from pyarrow import ipc

from r57monitor.errors import ArchiveError
from warehouse.db import Row, core_types, make_table

ROWS = ".rows"  # how such a file's name ends
_OPTIONS = ipc.IpcWriteOptions(compression="lz4")


class RowFileWriter:
    """Writes batches of rows, given as Row lists by the name of their table (`core.fetches`)."""

    def __init__(self, path: Path) -> None:
        self._file = zipfile.ZipFile(path, "w")
        self._batches = 0

    def add(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """One batch; tables without rows are left out."""
        for name, rows in tables.items():
            if rows:
                table = make_table(rows, core_types()[name])
                with (
                    self._file.open(f"{self._batches:06d}/{name}", "w", force_zip64=True) as out,
                    ipc.new_stream(out, table.schema, options=_OPTIONS) as stream,
                ):
                    stream.write_table(table)
        self._batches += 1

    def close(self) -> None:
        """Write the directory: only now the file can be read."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def iterate_row_file(path: Path) -> Iterator[dict[str, pa.Table]]:
    """The batches of a file, each as Arrow tables by name. Raises ArchiveError, naming the file, where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as file:
            for _, members in groupby(file.namelist(), lambda name: name.partition("/")[0]):
                yield {member.partition("/")[2]: _read(file, member) for member in members}
    except (OSError, zipfile.BadZipFile, pa.ArrowException) as error:
        raise ArchiveError(f"{path} cannot be read as rows of a warehouse: {' '.join(str(error).split())}") from error


def _read(file: zipfile.ZipFile, member: str) -> pa.Table:
    return ipc.open_stream(pa.py_buffer(file.read(member))).read_all()
