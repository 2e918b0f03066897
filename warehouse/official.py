"""Official values beside the press: from the journal's rows to `derived`, and what the two say of the same thing."""

from __future__ import annotations

import json
from datetime import date, datetime

from r57monitor.catalogue import Catalogue
from r57monitor.errors import UsageError
from r57monitor.gazetteer import Gazetteer
from r57monitor.ledger.ids import make_id
from r57monitor.ledger.official import OfficialValue, latest_official
from warehouse.db import Connection, Row, fill_table, load_sql, to_utc
from warehouse.journal import Entry, Journal


def derive_official(con: Connection, catalogue: Catalogue, gazetteer: Gazetteer) -> None:
    """Create and fill derived.official_values."""
    con.execute(load_sql("derive_official"))
    sql = "SELECT entry_id, body FROM core.journal WHERE event IN ('official', 'official_removed') ORDER BY noted_at, entry_id"
    rows = latest_official([(entry_id, json.loads(body)) for entry_id, body in con.execute(sql).fetchall()])
    known = {entity.id for entity in gazetteer.entities}
    fill_table(con, "derived.official_values", [_row(row, catalogue, gazetteer, known) for row in rows])


def _row(row: Row, catalogue: Catalogue, gazetteer: Gazetteer, known: set[str]) -> Row:
    metric = catalogue.get(row["metric_id"])
    province_id = row.get("province_id") if row.get("province_id") in known else None
    keys = ("province_id", "province", "metric_id", "as_of", "kind", "source")
    return {
        "official_id": make_id("official", *(row.get(key) for key in keys)),
        "province_id": province_id,
        "province": row["province"],
        "province_now": gazetteer.now(province_id).name if province_id else row["province"],
        "metric_id": row["metric_id"],
        "label": metric.label_vi if metric else None,
        "value": row["value"],
        "unit": row["unit"],
        "kind": row["kind"],
        "as_of": date.fromisoformat(row["as_of"]),
        "as_of_precision": row["as_of_precision"],
        "source": row["source"],
        "note": row.get("note"),
        "import_id": row["import_id"],
        "imported_at": to_utc(datetime.fromisoformat(row["imported_at"])),
        "imported_by": row["imported_by"],
        "file": row["file"],
    }


def note_official(journal: Journal, values: list[OfficialValue], *, file: str, by: str) -> Entry:
    """Write an import to the journal: official values are never figures."""
    rows = [value.to_entry() for value in values]
    name = make_id("import", file, by, json.dumps(rows, ensure_ascii=False, sort_keys=True), len(list(imports(journal))))
    return journal.append("official", **{"import": name}, file=file, by=by, rows=rows)


def imports(journal: Journal) -> list[Row]:
    """Imports that stand, oldest first: import_id, imported_at, imported_by, file, rows."""
    standing: dict[str, Row] = {}
    for entry in journal.iterate():
        if entry["event"] == "official":
            standing[str(entry.get("import"))] = {
                "import_id": entry.get("import"),
                "imported_at": datetime.fromisoformat(entry["at"]),
                "imported_by": entry.get("by"),
                "file": entry.get("file"),
                "rows": len(entry.get("rows") or ()),
            }
        elif entry["event"] == "official_removed":
            standing.pop(str(entry.get("import")), None)
    return list(standing.values())


def note_removal(journal: Journal, import_id: str, by: str) -> Entry:
    """Take an import back. Raises UsageError where there is none of that id."""
    if import_id not in {row["import_id"] for row in imports(journal)}:
        raise UsageError(f'there is no import "{import_id}". `r57 official list` shows them.')
    return journal.append("official_removed", **{"import": import_id}, by=by)
