"""Where files lie that several machines share: a folder that all of them see, or an object storage that fsspec knows."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from r57monitor.errors import ArchiveError, UsageError
from warehouse.durable import sync

_FILE = "file://"
_BLOCK_BYTES = 2**20  # asked for at a time where a file is read in pieces

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Storage:
    """One folder of files by name. Small and picklable: each machine opens its own connection.

    address: an absolute path, or a URL of fsspec's such as s3://bucket/folder. options: what fsspec is given with it, such as
    endpoint_url; credentials are better left to the environment of each machine.
    Every method raises ArchiveError, naming the address, where the storage cannot be reached or says no.
    """

    address: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __truediv__(self, folder: str) -> Storage:
        return Storage(f"{self.address.rstrip('/')}/{folder}", self.options)

    @property
    def folder(self) -> Path | None:
        """The folder on this machine; None for a storage that is reached otherwise."""
        if self.address.startswith(_FILE):
            return Path(self.address.removeprefix(_FILE))
        return None if "://" in self.address else Path(self.address)

    def names(self) -> dict[str, int]:
        """Name and size in bytes of every file."""
        if self.folder is not None:
            return {p.name: p.stat().st_size for p in self.folder.iterdir() if p.is_file()} if self.folder.is_dir() else {}

        def listed() -> dict[str, int]:
            system, root = self._system()
            system.invalidate_cache(root)
            try:
                found = system.ls(root, detail=True)
            except FileNotFoundError:
                return {}
            return {entry["name"].rpartition("/")[2]: int(entry["size"]) for entry in found if entry["type"] == "file"}

        return self._asked(listed)

    def put(self, local: Path, name: str) -> None:
        """Store a file under a name: seen whole or not at all."""
        if self.folder is None:
            self._asked(lambda: self._send(local, name))
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary = self.folder / f".{name}.{uuid.uuid4().hex}"
            shutil.copyfile(local, temporary)
            sync(temporary)
            temporary.replace(self.folder / name)
            sync(self.folder)
        except OSError as error:
            raise ArchiveError(f"cannot store {name} in {self.address}: {error.strerror}.") from error

    def _send(self, local: Path, name: str) -> None:
        system, root = self._system()
        system.put_file(str(local), f"{root}/{name}")
        system.invalidate_cache(root)

    def get(self, name: str, local: Path) -> None:
        """Copy a file to this machine: there whole or not at all."""
        temporary = local.with_name(f".{local.name}.{uuid.uuid4().hex}")
        try:
            if self.folder is not None:
                shutil.copyfile(self.folder / name, temporary)
            else:
                self._asked(lambda: self._fetch(name, temporary))
            temporary.replace(local)
        except OSError as error:
            raise ArchiveError(f"cannot get {name} from {self.address}: {error.strerror or error}.") from error
        finally:
            temporary.unlink(missing_ok=True)

    def take(self, name: str, local: Path) -> None:
        """Move a file to this machine."""
        self.get(name, local)
        self.remove(name)

    def _fetch(self, name: str, local: Path) -> None:
        system, root = self._system()
        system.get_file(f"{root}/{name}", str(local))

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """A file for reading at any place, a block at a time."""
        if self.folder is not None:
            with self._local(name) as here:
                yield here
            return

        def remote() -> BinaryIO:
            system, root = self._system()
            return cast(BinaryIO, system.open(f"{root}/{name}", "rb", block_size=_BLOCK_BYTES))

        with self._asked(remote) as file:
            yield file

    def _local(self, name: str) -> BinaryIO:
        assert self.folder is not None
        try:
            return (self.folder / name).open("rb")
        except OSError as error:
            raise ArchiveError(f"cannot get {name} from {self.address}: {error.strerror}.") from error

    def remove(self, name: str) -> None:
        """Remove a file; one that is not there is no fault."""
        if self.folder is not None:
            (self.folder / name).unlink(missing_ok=True)
            return

        def away() -> None:
            system, root = self._system()
            with suppress(FileNotFoundError):
                system.rm_file(f"{root}/{name}")
            system.invalidate_cache(root)

        self._asked(away)

    def _system(self) -> tuple[Any, str]:
        try:
            from fsspec.core import url_to_fs
        except ModuleNotFoundError as error:
            raise UsageError(f"{self.address} needs the extra `cluster`: pip install 'r57monitor[cluster]'.") from error
        try:
            system, root = url_to_fs(self.address, **self.options)
        except (ImportError, ValueError) as error:
            raise UsageError(f"{self.address} is no storage that this machine knows: {error}.") from error
        return system, str(root).rstrip("/")

    def _asked(self, ask: Callable[[], _T]) -> _T:
        """What the storage answers, its faults in one line: each library behind fsspec has errors of its own."""
        try:
            return ask()
        except (ArchiveError, UsageError):
            raise
        except Exception as error:
            said = " ".join(str(error).split()) or type(error).__name__
            raise ArchiveError(f"the storage {self.address} did not do what was asked: {said[:300]}.") from error


def folder_storage(folder: Path) -> Storage:
    """A folder of this machine, or one that all machines see under the same path."""
    return Storage(str(folder.absolute()))
