"""A made-up press made many times as large without reading or judging it again: its tables are written anew under other ids.

Every copy tells of the same series on the same days, under other addresses and in other words (its fingerprints meet those of no other
copy), so that lines, weeks and tables are as long as those of a press of that size. What a copy's figures are called is what the
original's are: nothing measured here looks at whether that is true.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from r57monitor.catalogue import load_catalogue
from r57monitor.gazetteer import load_gazetteer
from r57monitor.text.fingerprint import SLOTS
from warehouse.db import Connection, connect_for_writing, load_sql, transaction
from warehouse.derive import Knowledge, name_rules

_HASHED = ("article_id", "other_id", "cluster_id", "figure_id", "against_figure_id", "article_id_before", "text_hash", "told_key")
_NAMED = ("fetch_id", "first_fetch_id", "url", "requested_url", "copy_url")
_CORE = ("fetches", "readings", "texts", "text_provinces", "text_documents", "text_figures")
_DERIVED = ("versions", "articles", "links", "membership", "statements", "states", "flags", "figures")
_BATCH = 20_000  # texts whose fingerprints are changed at a time


def grow(source: Path, target: Path, times: int) -> None:
    """Write the warehouse in `source`, which was published, `times` times into `target`, a copy of that file."""
    con = connect_for_writing(target)
    con.execute(f"ATTACH '{source}' AS base (READ_ONLY)")
    for copy in range(1, times):
        with transaction(con):
            for schema, names in (("core", _CORE), ("derived", _DERIVED)):
                for name in names:
                    _write_again(con, schema, name, copy)
        con.execute("CHECKPOINT")
    con.execute("DETACH base")
    con.execute("SET preserve_insertion_order = true")
    con.execute(load_sql("renew_order"))
    con.execute("CREATE OR REPLACE TABLE derived.figures AS SELECT * FROM derived.figures ORDER BY reported_at DESC")
    con.execute("UPDATE derived.made SET rules = ?", [name_rules(Knowledge(load_gazetteer(), load_catalogue()))])
    con.execute("CHECKPOINT")
    con.close()


def _write_again(con: Connection, schema: str, name: str, copy: int) -> None:
    table = f"{schema}.{name}"
    columns = [column for (column,) in con.execute(f"SELECT column_name FROM (DESCRIBE base.{table})").fetchall()]
    others = [f"left(md5({c} || '{copy}'), length({c})) AS {c}" for c in columns if c in _HASHED]
    others += [f"{c} || '-{copy}' AS {c}" for c in columns if c in _NAMED]
    if name != "texts":
        con.execute(f"INSERT INTO {table} BY NAME SELECT * REPLACE ({', '.join(others)}) FROM base.{table}")
        return
    mask = np.frombuffer(np.random.default_rng(copy).bytes(4 * SLOTS), dtype=np.uint8)
    reader = con.cursor().execute(f"SELECT * REPLACE ({', '.join(others)}) FROM base.{table}").to_arrow_reader(_BATCH)
    for batch in reader:
        place = batch.schema.get_field_index("fingerprint")
        changed = pa.array([_change(p, mask) for p in batch.column(place).to_pylist()], pa.binary())
        con.register("changed_texts", pa.Table.from_batches([batch.set_column(place, "fingerprint", changed)]))
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM changed_texts")
        con.unregister("changed_texts")


def _change(fingerprint: bytes, mask: np.ndarray) -> bytes:
    return (np.frombuffer(fingerprint, dtype=np.uint8) ^ mask).tobytes() if fingerprint else b""
