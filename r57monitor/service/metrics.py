"""Numbers for Prometheus, on 127.0.0.1 only."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

from warehouse import queries
from warehouse.home import Home


class Metrics:
    """What a monitoring system may ask about one home."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.rounds = Counter("r57_rounds", "Rounds of visits by how they ended", ["outcome"], registry=self.registry)
        self.digests = Counter("r57_digests", "Digests written by how it ended", ["outcome"], registry=self.registry)
        self._gauges: dict[str, Gauge] = {}
        self._sources = Gauge("r57_sources", "Sources by state on the last observed day", ["state"], registry=self.registry)

    def serve(self, port: int) -> Any:
        """Answer on 127.0.0.1; returns the server, whose shutdown() ends it. Raises OSError where the port is taken."""
        server, _ = start_http_server(port, addr="127.0.0.1", registry=self.registry)
        return server

    def set(self, name: str, meaning: str, value: float) -> None:
        """Set one gauge, made when first set."""
        gauge = self._gauges.get(name)
        if gauge is None:
            gauge = self._gauges[name] = Gauge(name, meaning, registry=self.registry)
        gauge.set(value)

    def read_home(self, home: Home) -> None:
        """Take the numbers of what is published and of the disk."""
        with queries.open_published(home) as reader:
            snapshot = queries.snapshot(reader)
            counts = reader.rows(
                "SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM articles WHERE is_relevant) AS relevant, "
                "(SELECT count(*) FROM figures) AS figures"
            )[0]
            states = [row.get("state") for row in queries.source_summary(reader)]
        self.set("r57_snapshot", "Number of the published snapshot", float(snapshot.get("number") or 0))
        self.set("r57_published_timestamp_seconds", "When it was published", _seconds(snapshot.get("published_at")))
        for name, meaning in (("articles", "Articles"), ("relevant", "Articles about the resolution"), ("figures", "Figures")):
            self.set(f"r57_{name}", f"{meaning} published", float(counts[name]))
        for state in ("ok", "silent", "failing", "not_run"):
            self._sources.labels(state).set(states.count(state))
        size = sum(path.stat().st_size for path in home.archive.glob("*.warc.gz*"))
        self.set("r57_archive_bytes", "Size of the archive", float(size))
        self.set("r57_disk_free_bytes", "Free space on the home's disk", float(shutil.disk_usage(home.path).free))


def _seconds(instant: datetime | None) -> float:
    return instant.replace(tzinfo=UTC).timestamp() if instant else 0.0
