"""Units of work on a Dask cluster: given to its workers, tried again where one dies, and their results taken in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from pipelines.units import RulesPackage, WrongRules
from r57monitor.errors import R57Error, UsageError

CONNECT_S = 20
WAIT_FOR_WORKERS_S = 120
RETRIES = 3  # of a unit whose worker died, beside what the scheduler itself allows
_SCHEMES = ("tcp://", "tls://", "ucx://")

_Unit = TypeVar("_Unit")
_Done = TypeVar("_Done")


@contextmanager
def connected(address: str, say: Callable[[str], None]) -> Iterator[Cluster]:
    """A cluster by the address of its scheduler. Raises UsageError for what is no address, R57Error where nobody answers."""
    if not address.startswith(_SCHEMES):
        raise UsageError(f"--engine {address}: name the scheduler of a Dask cluster, such as tcp://10.0.0.5:8786.")
    try:
        import distributed
    except ModuleNotFoundError as error:
        raise UsageError("--engine needs the extra `cluster`: pip install 'r57monitor[cluster]'.") from error
    try:
        client = cast(Any, distributed.Client)(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        said = " ".join(str(error).split())
        raise R57Error(f"--engine {address}: no scheduler answers there ({said[:200]}). Start one with `dask scheduler`.") from error
    try:
        yield Cluster(client, address, say)
    finally:
        client.close(timeout=5)


class Cluster:
    """The workers behind one scheduler, of which only those with the writer's rules are given work."""

    def __init__(self, client: Any, address: str, say: Callable[[str], None]) -> None:
        self._client = client
        self._address = address
        self._say = say
        self._refused: set[str] = set()

    def run(self, task: Callable[[_Unit], _Done], units: Sequence[_Unit], rules: RulesPackage) -> Iterator[_Done]:
        """The task's result for every unit, in the units' order, as they are ready. task: a function of this program's.

        A unit whose worker dies is done again elsewhere. Raises R57Error, naming the fault, where a unit cannot be done.
        """
        self._check_workers(rules)
        waiting = {place: self._submit(task, unit) for place, unit in enumerate(units)}
        try:
            for place, unit in enumerate(units):
                yield self._result(waiting.pop(place), task, unit, rules)
        finally:
            self._client.cancel(list(waiting.values()), force=True)

    def _submit(self, task: Callable[[_Unit], _Done], unit: _Unit) -> Any:
        wanted = sorted(set(self._workers()) - self._refused) if self._refused else None
        return self._client.submit(task, unit, pure=False, retries=RETRIES, workers=wanted)

    def _result(self, future: Any, task: Callable[[_Unit], _Done], unit: _Unit, rules: RulesPackage) -> _Done:
        while True:
            try:
                return future.result()  # type: ignore[no-any-return]
            except WrongRules:  # of a worker that came later
                self._check_workers(rules)
                future = self._submit(task, unit)
            except R57Error:
                raise
            except Exception as error:
                said = " ".join(str(error).split()) or type(error).__name__
                raise R57Error(f"{self._address}: a unit could not be done: {said[:400]}") from error

    def count_workers(self) -> int:
        """Workers there are now, refused ones among them; at least one."""
        return max(1, len(self._workers()))

    def _workers(self) -> list[str]:
        return list(self._client.scheduler_info(n_workers=-1)["workers"])

    def _check_workers(self, rules: RulesPackage) -> None:
        """Wait for workers, and refuse those that read by other rules. Raises R57Error where none is left."""
        deadline = time.monotonic() + WAIT_FOR_WORKERS_S
        while not self._workers():
            if time.monotonic() > deadline:
                raise R57Error(f"{self._address} has no workers. Start some with `dask worker {self._address} --nthreads 1`.")
            time.sleep(0.2)
        for worker, why in self._client.run(describe_difference, rules, on_error="return").items():
            if why is not None and worker not in self._refused:
                self._refused.add(worker)
                self._say(f"worker {worker} is refused: {' '.join(str(why).split())}")
        if self._refused.issuperset(self._workers()):
            raise R57Error(f"{self._address}: every worker was refused. Install the writer's version of r57monitor on them.")


def describe_difference(rules: RulesPackage) -> str | None:
    """Why this machine may not work for a writer of such rules; None where it may."""
    try:
        rules.unpack()
    except WrongRules as error:
        return str(error)
    return None
