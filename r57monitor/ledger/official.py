"""Official tables (a plan's, a board's): rows of a CSV with Vietnamese or English headers, every fault with its line."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from r57monitor.catalogue import Catalogue, Metric
from r57monitor.errors import UsageError
from r57monitor.gazetteer import Gazetteer
from r57monitor.ledger.review_fields import read_period
from r57monitor.text.dates import parse_date
from r57monitor.text.normalize import fold
from r57monitor.text.numbers import find_numbers

NEEDED = ("province", "metric", "value", "as_of")
MAX_ROWS = 100_000
_SHOWN_FAULTS = 5
_SHARES = ("%", "phan tram", "percent", "pct")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialValue:
    """One cell of an official table. province "national" has no province_id."""

    province_id: str | None
    province: str
    metric_id: str
    value: float
    unit: str
    kind: str
    as_of: date
    as_of_precision: str
    source: str
    note: str | None
    line: int

    def to_entry(self) -> dict[str, Any]:
        """The row as the journal keeps it."""
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(self).items() if v is not None}


class _Fault(Exception):  # noqa: N818 (one line of the table; collected, never shown alone)
    pass


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((resources.files("r57monitor") / "data" / "official.toml").read_text("utf-8"))


def read_official(
    body: bytes, name: str, catalogue: Catalogue, gazetteer: Gazetteer, *, source: str | None = None, point: bool = False
) -> list[OfficialValue]:
    """Every row of an official table.

    body: CSV, parted by commas, semicolons or tabs. source: for rows without one of their own. point: the dot is the decimal point.
    Raises UsageError naming the file and the lines that cannot be used; then none is.
    """
    rows = _read_csv(body, name)
    columns = _find_columns(rows[0][1], name)
    if source is None and "source" not in columns:
        raise UsageError(f"{name}: there is no column that names the source of the values; give it with --source NAME.")
    found: list[OfficialValue] = []
    faults: list[str] = []
    seen: dict[tuple[Any, ...], int] = {}
    for line, cells in rows[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        told = {key: cells[n].strip() if n < len(cells) else "" for key, n in columns.items()}
        try:
            value = _read_row(told, line, catalogue, gazetteer, source, point)
        except (_Fault, UsageError) as fault:
            faults.append(f"line {line}: {fault}")
            continue
        key = (value.province_id, value.province, value.metric_id, value.as_of, value.kind, value.source)
        if key in seen:
            faults.append(f"line {line}: says again what line {seen[key]} says (province, metric, date, source)")
        seen.setdefault(key, line)
        found.append(value)
    if faults:
        more = f" (and {len(faults) - _SHOWN_FAULTS} more)" if len(faults) > _SHOWN_FAULTS else ""
        raise UsageError(f"{name}: nothing was imported. {'; '.join(faults[:_SHOWN_FAULTS])}{more}")
    if not found:
        raise UsageError(f"{name}: the table has no row.")
    return found


def _read_csv(body: bytes, name: str) -> list[tuple[int, list[str]]]:
    """(line number, cells), the header first."""
    try:
        text = body.decode("utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f'{name}: the text is not UTF-8; save it as "CSV UTF-8".') from error
    head = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(";\t,", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        rows = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise UsageError(f"{name}, line {reader.line_num}: not readable as CSV ({error}).") from error
    if not rows:
        raise UsageError(f"{name}: the file is empty.")
    if len(rows) > MAX_ROWS:
        raise UsageError(f"{name}: more than {MAX_ROWS} rows; split the file.")
    return rows


def _find_columns(head: Sequence[str], name: str) -> dict[str, int]:
    columns: dict[str, int] = {}
    for key, names in _words()["columns"].items():
        for position, cell in enumerate(head):
            if " ".join(fold(cell).split()) in names and key not in columns and position not in columns.values():
                columns[key] = position
    missing = [key for key in NEEDED if key not in columns]
    if missing:
        words = "; ".join(f"{key} ({', '.join(_words()['columns'][key][:3])} …)" for key in missing)
        raise UsageError(f"{name}, line 1: no column for {words}. The header says: {', '.join(head)}.")
    return columns


def _read_row(
    told: Mapping[str, str], line: int, catalogue: Catalogue, gazetteer: Gazetteer, source: str | None, point: bool
) -> OfficialValue:
    empty = [key for key in NEEDED if not told[key]]
    if empty:
        raise _Fault(f'the cell "{empty[0]}" is empty')
    as_of, precision = _read_date(told["as_of"])
    province, province_id = _read_province(told["province"], gazetteer, as_of)
    metric = _read_metric(told["metric"], catalogue)
    value = _read_value(told["value"], told.get("unit", ""), metric, point)
    where = told.get("source") or source
    if not where:
        raise _Fault("no source; fill the column, or give --source NAME")
    kind = _read_kind(told.get("kind", ""))
    return OfficialValue(
        province_id=province_id, province=province, metric_id=metric.id, value=value, unit=metric.unit, kind=kind,
        as_of=as_of, as_of_precision=precision, source=where, note=told.get("note") or None, line=line,
    )  # fmt: skip


def _read_date(text: str) -> tuple[date, str]:
    found = parse_date(text)
    return found if found else read_period(text, "date")


def _read_province(text: str, gazetteer: Gazetteer, day: date) -> tuple[str, str | None]:
    if " ".join(fold(text).split()) in _words()["words"]["national"]:
        return "national", None
    entity = gazetteer.by_name(text, day) or gazetteer.by_name(text)
    if entity is None:
        raise _Fault(f'there is no province "{text}"')
    if not entity.is_valid(day) and day >= entity.valid_from:
        raise _Fault(f"{entity.name} was merged before {day:%d/%m/%Y}; name the province of that day")
    return entity.name, entity.id


def _read_metric(text: str, catalogue: Catalogue) -> Metric:
    found = catalogue.get(text)
    key = " ".join(fold(text).split())
    named = [m for m in catalogue.metrics if key in {fold(m.label_vi), fold(m.label_en)}]
    if found or len(named) == 1:
        return found or named[0]
    import difflib

    near = difflib.get_close_matches(text, catalogue.ids(), n=2) or difflib.get_close_matches(
        key, [fold(m.label_vi) for m in catalogue.metrics], n=2
    )
    raise _Fault(f'there is no metric "{text}"' + (f"; near it: {', '.join(near)}" if near else ""))


def _read_value(text: str, unit: str, metric: Metric, point: bool) -> float:
    """The value in the metric's unit: "1.172,7", "61,5%", "1.200" with unit "tỷ đồng"."""
    sign = -1.0 if text[:1] in "-−" else 1.0
    whole = f"{text.lstrip('-−')} {unit}".strip()
    numbers = find_numbers(whole, english=point)
    if len(numbers) != 1 or numbers[0].start != 0:
        raise _Fault(f'"{text}" is no number; write it as 1.172,7 (or give --decimal point)')
    value = sign * numbers[0].value
    said = " ".join(fold(whole[numbers[0].end :]).split())
    if said and not _is_unit(said, metric):
        raise _Fault(f'the unit "{whole[numbers[0].end :].strip()}" is not that of {metric.id} ({metric.unit})')
    if metric.hard and not metric.hard[0] <= value <= metric.hard[1]:
        raise _Fault(f"{metric.id} cannot be {value:.15g}; is the decimal mark right (--decimal comma or point)?")
    return value


def _is_unit(said: str, metric: Metric) -> bool:
    if metric.unit == "%":
        return said in _SHARES
    return said in {fold(unit) for unit in (metric.unit, *metric.units)} or (fold(metric.unit) == "dong" and said in {"vnd", "d"})


def _read_kind(text: str) -> str:
    key = " ".join(fold(text).split())
    if not key or key in _words()["words"]["result"]:
        return "result"
    if key in _words()["words"]["target"]:
        return "target"
    raise _Fault(f'the kind "{text}" is neither a result nor a target')


def latest_official(entries: Iterable[tuple[str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Rows that stand after all imports and removals: a later import says again what an earlier one said of the same cell.

    entries: (id, journal entry) of the events "official" and "official_removed", oldest first.
    """
    imports: dict[str, tuple[Mapping[str, Any], list[Mapping[str, Any]]]] = {}
    for _, entry in entries:
        if entry.get("event") == "official" and isinstance(entry.get("rows"), list):
            imports[str(entry.get("import"))] = (entry, entry["rows"])
        elif entry.get("event") == "official_removed":
            imports.pop(str(entry.get("import")), None)
    standing: dict[tuple[Any, ...], dict[str, Any]] = {}
    for name, (entry, rows) in imports.items():
        for row in rows:
            key = tuple(row.get(k) for k in ("province_id", "province", "metric_id", "as_of", "kind", "source"))
            standing[key] = dict(row) | {
                "import_id": name,
                "imported_at": entry["at"],
                "imported_by": entry.get("by"),
                "file": entry.get("file"),
            }
    return list(standing.values())
