"""Reads and checks the catalogue of metrics: TOML files with [[metric]] entries.

cues_any     phrases of which one must be near the number; `*` stands for up to three words, a leading "%" for the number's own sign
cues_all     alternatives of which one must be in the sentence or just before it
cues_none    phrases that refuse the metric when they are in the number's own clause
echoes       count metrics that a share right after restates: "38 nhiệm vụ, đạt 84%" is this metric's 84%
beside       metrics that, told of just before, make the short phrases of cues_beside enough: "95 trạm 5G, phủ sóng 12% khu dân cư"
period       cumulative: what there is by then, which grows; moment: a level that goes up and down; in_period: what was done in a period.
             Left out: the sentence says ("lũy kế", "trong tháng 6")
units        counted nouns the number may carry; left out: the unit alone. "%", "đồng", "hạng" metrics need none
matches, refuses   example sentences; tests/test_catalogue.py reads each
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from r57monitor.entries import load_entries, toml_files
from r57monitor.errors import RegistryError

BETTER = ("higher", "lower", "none")
PERIODS = ("cumulative", "in_period", "moment")

_ID = re.compile(r"[a-z][a-z0-9_]*")
_TEXTS = {"id", "label_vi", "label_en", "unit", "better", "scope", "whole", "period"}
_LISTS = {"units", "echoes", "beside", "cues_beside", "cues_any", "cues_all", "cues_none", "matches", "refuses"}
_RANGES = {"soft", "hard"}
_REQUIRED = ("id", "label_vi", "unit", "cues_any", "matches", "refuses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One indicator that provinces report: how it is called, counted and worded."""

    id: str
    label_vi: str
    label_en: str = ""
    unit: str  # "%", "đồng", "hạng", "điểm", else the counted noun
    units: tuple[str, ...] = ()
    pillar: int | None = None  # 1..7, the task groups of the resolution
    better: str = "none"
    cues_any: tuple[str, ...]
    cues_all: tuple[str, ...] = ()
    cues_none: tuple[str, ...] = ()
    echoes: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    cues_beside: tuple[str, ...] = ()
    soft: tuple[float, float] | None = None  # usual range of a province: outside it, warn
    hard: tuple[float, float] | None = None  # impossible outside: refuse
    scope: str | None = None
    whole: str | None = None
    period: str | None = None
    matches: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The label readers see."""
        return self.label_vi


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """All metrics in a fixed order; ids are unique. Compared by identity, so that what is built from it is found fast."""

    metrics: tuple[Metric, ...]

    def get(self, metric_id: str) -> Metric | None:
        """The metric of that id."""
        return _by_id(self).get(metric_id)

    def ids(self) -> tuple[str, ...]:
        """Ids in catalogue order."""
        return tuple(m.id for m in self.metrics)


@lru_cache(maxsize=4)
def _by_id(catalogue: Catalogue) -> dict[str, Metric]:
    return {metric.id: metric for metric in catalogue.metrics}


def shipped_catalogue() -> Path:
    """Folder of the catalogue that comes with the package."""
    return Path(str(resources.files("r57monitor") / "data" / "metrics"))


def load_catalogue(extra: Sequence[Path] = ()) -> Catalogue:
    """The shipped metrics and those of further TOML files or folders, in file order.

    Raises RegistryError naming file and line (bad TOML, unknown or missing key, wrong type, id used twice).
    """
    if not extra:
        return _load_shipped()  # one object, so that what is built from it is built once
    metrics = list(_load_shipped().metrics)
    origin = dict.fromkeys((m.id for m in metrics), shipped_catalogue())
    for file in toml_files(extra, "catalogue"):
        for metric in _load_file(file):
            if metric.id in origin:
                raise RegistryError(f'{file}: metric id "{metric.id}" is already used in {origin[metric.id]}; choose another id.')
            origin[metric.id] = file
            metrics.append(metric)
    return Catalogue(tuple(metrics))


def load_home_catalogue(folder: Path) -> Catalogue:
    """The shipped metrics and those of a home's own folder, which need not be there. Raises RegistryError as `load_catalogue` does."""
    return load_catalogue([folder] if folder.is_dir() else [])


def load_topics(folder: Path | None = None) -> dict[str, tuple[str, ...]]:
    """Metric ids by topic, which is the file they stand in. folder: of further metrics; need not be there."""
    files = toml_files([shipped_catalogue(), *([folder] if folder and folder.is_dir() else [])], "catalogue")
    topics: dict[str, tuple[str, ...]] = {}
    for file in files:
        topics[file.stem] = topics.get(file.stem, ()) + tuple(metric.id for metric in _load_file(file))
    return topics


@lru_cache(maxsize=1)
def _load_shipped() -> Catalogue:
    metrics = [metric for file in toml_files([shipped_catalogue()], "catalogue") for metric in _load_file(file)]
    ids = [m.id for m in metrics]
    double = {i for i in ids if ids.count(i) > 1}
    if double:
        raise RegistryError(f'{shipped_catalogue()}: metric id "{min(double)}" is used twice.')
    return Catalogue(tuple(metrics))


def _load_file(file: Path) -> list[Metric]:
    entries, _ = load_entries(file, "metric")
    return [_build(entry, where) for entry, where in entries]


def _build(entry: dict[str, Any], where: str) -> Metric:
    name = f' (metric "{entry["id"]}")' if isinstance(entry.get("id"), str) else ""
    where += name
    for key in _REQUIRED:
        if key not in entry:
            raise RegistryError(f'{where}: the key "{key}" is missing.')
    unknown = set(entry) - {f.name for f in fields(Metric)}
    if unknown:
        raise RegistryError(f'{where}: unknown key "{min(unknown)}".')
    values = {key: _convert(key, value, where) for key, value in entry.items()}
    if not _ID.fullmatch(values["id"]):
        raise RegistryError(f"{where}: ids are small letters a-z, digits and underscores.")
    if values.get("better", "none") not in BETTER:
        raise RegistryError(f"{where}: better is one of {', '.join(BETTER)}.")
    if values.get("period") not in (None, *PERIODS):
        raise RegistryError(f"{where}: period is one of {', '.join(PERIODS)}.")
    if not values["cues_any"]:
        raise RegistryError(f"{where}: cues_any needs at least one phrase.")
    return Metric(**values)


def _convert(key: str, value: Any, where: str) -> Any:
    if key in _TEXTS:
        if not isinstance(value, str) or not value.strip():
            raise RegistryError(f'{where}: "{key}" must be a text that is not empty.')
        return value
    if key in _LISTS:
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise RegistryError(f'{where}: "{key}" must be a list of texts.')
        return tuple(value)
    if key in _RANGES:
        if not isinstance(value, list) or len(value) != 2 or not all(isinstance(v, int | float) for v in value) or value[0] > value[1]:
            raise RegistryError(f'{where}: "{key}" must be [least, most].')
        return (float(value[0]), float(value[1]))
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 7:
        raise RegistryError(f'{where}: "{key}" must be a whole number from 1 to 7.')
    return value
