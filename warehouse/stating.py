"""Brings states, targets and flags up to date after some articles changed, judging again only what that can touch.

The rules are in r57monitor/ledger and know nothing of this: they are given statements and give verdicts. Here is chosen which
statements they must be given; a test holds that judging everything anew gives the same rows. Statements are read in parts, so that
memory does not grow with the number there is.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from r57monitor.catalogue import Catalogue
from r57monitor.gazetteer import Gazetteer
from r57monitor.ledger.checks import find_flags
from r57monitor.ledger.keys import find_keys
from r57monitor.ledger.places import Places, find_places
from r57monitor.ledger.series import Statement
from r57monitor.ledger.states import State, find_states
from r57monitor.ledger.targets import DUE_SOON, Tally, Target, find_targets
from warehouse.db import Connection, Row, as_row, fetch_dicts, fill_table, load_sql, run_steps
from warehouse.parts import iterate_parts

PART = 50_000  # statements held at a time
ARTICLES = 10_000  # whose statements are worked out at a time
_STORED = (
    "figure_id", "text_hash", "article_id", "cluster_id", "publisher", "reported_at", "published_at", "withdrawn_at", "is_copy",
    "is_aggregator", "is_baseline", "is_undated", "value", "kind", "is_change", "as_of_from", "due", "start", "digest",
)  # fmt: skip
_NOT_SAID = ("text_hash", "digest")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The data that deriving needs beside the facts."""

    gazetteer: Gazetteer
    catalogue: Catalogue


def renew_ledger(con: Connection, knowledge: Knowledge, before: date | None, today: date | None, after_step: Callable[[], None]) -> None:
    """Statements, states, flags and targets. before: last observed day of the publish that the tables are from.

    after_step: called after each of the steps and of the parts they go in.
    """
    places = find_places(knowledge.gazetteer)
    with _without_cycles():
        _renew_statements(con, places, after_step)
        _judge(con, places)
        after_step()
        _show(con, after_step)
        _renew_flags(con, places)
        after_step()
        _renew_targets(con, knowledge, places, before, today)
        after_step()


@contextmanager
def _without_cycles() -> Iterator[None]:
    """No search for rings of objects meanwhile: statements and verdicts make none, and it takes a fifth of the time that judging takes."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _renew_statements(con: Connection, places: Places, after_part: Callable[[], None]) -> None:
    run_steps(con, "state_restated")
    for _ in iterate_parts(con, "restated", ARTICLES):
        rows = [_statement_row(row, places) for row in fetch_dicts(con, load_sql("state_statements"))]
        fill_table(con, "derived.statements", rows)
        con.execute(load_sql("state_dirty"))
        after_part()
    run_steps(con, "state_cuts")


def _statement_row(row: Row, places: Places) -> Row:
    said = _say({k: v for k, v in row.items() if k not in _NOT_SAID}, places)
    return {key: row[key] for key in _STORED} | {"position": said.position} | as_row(find_keys(said))


def _judge(con: Connection, places: Places) -> None:
    run_steps(con, "state_context", {"size": PART})
    con.execute("CREATE OR REPLACE TEMP TABLE verdicts (figure_id VARCHAR, series_id VARCHAR, state VARCHAR, against_figure_id VARCHAR)")
    for asked, statements in _parts(con, places):
        lines = dict(con.execute("SELECT figure_id, line_id FROM derived.statements SEMI JOIN scope USING (figure_id)").fetchall())
        verdicts = [as_row(state) for state in find_states(statements, lines) if state.figure_id in asked]
        fill_table(con, "verdicts", [{k: v for k, v in row.items() if k != "first_published_at"} for row in verdicts])
    run_steps(con, "state_verdicts")


def _show(con: Connection, after_part: Callable[[], None]) -> None:
    run_steps(con, "state_shown")
    con.execute("SET preserve_insertion_order = true")
    for _ in iterate_parts(con, "reshown", by_time=True):
        run_steps(con, "state_show_part")
        after_part()
    con.execute("SET preserve_insertion_order = false")


def _renew_flags(con: Connection, places: Places) -> None:
    run_steps(con, "state_flagged", {"size": PART})
    for asked, statements in _parts(con, places):
        by_id = {s.figure_id: s for s in statements}
        current = [s for s in statements if s.withdrawn_at is None]
        flags = [flag for flag in find_flags(current, _states(con)) if flag.figure_id in asked]
        said = {flag.figure_id: by_id[flag.figure_id] for flag in flags}
        fill_table(
            con,
            "derived.flags",
            [as_row(f) | {"province_id": said[f.figure_id].province_id, "metric_id": said[f.figure_id].metric_id} for f in flags],
        )


def _renew_targets(con: Connection, knowledge: Knowledge, places: Places, before: date | None, today: date | None) -> None:
    run_steps(con, "state_aimed", {"before": before, "today": today, "soon": DUE_SOON.days, "size": PART})
    gazetteer = knowledge.gazetteer
    merged = frozenset(e.id for e in gazetteer.entities if e.valid_until)
    lower = frozenset(m.id for m in knowledge.catalogue.metrics if m.better == "lower")
    labels = {m.id: m.label_vi for m in knowledge.catalogue.metrics}
    names = {e.id: gazetteer.now(e.id).name for e in gazetteer.entities}
    told = fetch_dicts(con, "SELECT * EXCLUDE (stands) FROM tallies")
    tallies = {row.pop("series_id"): Tally(**row) for row in told}
    for asked, statements in _parts(con, places):
        found = find_targets(statements, _states(con), today, merged, lower, tallies)
        fill_table(con, "derived.targets", [_target_row(t, labels, names) for t in found if t.said.figure_id in asked])


def _parts(con: Connection, places: Places) -> Iterator[tuple[frozenset[str], list[Statement]]]:
    """Statements of each part of the temporary table `turns`, with the ids of those that are asked about; `scope` holds all ids."""
    for (part,) in con.execute("SELECT DISTINCT part FROM turns ORDER BY part").fetchall():
        con.execute("CREATE OR REPLACE TEMP TABLE scope AS SELECT figure_id, is_asked FROM turns WHERE part = $part", {"part": part})
        asked = frozenset(figure_id for (figure_id,) in con.execute("SELECT figure_id FROM scope WHERE is_asked").fetchall())
        rows = fetch_dicts(con, load_sql("state_read"))
        yield asked, [_say(row, places) for row in rows]


def _say(row: Row, places: Places) -> Statement:
    province_id = row["province_id"]
    stated = row["as_of"] if row["as_of_from"] == "stated" else None
    is_unsure = places.is_unsure(province_id, row["is_undated"], stated)
    return Statement(**row, place_id=places.series.get(province_id), is_unplaced=is_unsure)


def _states(con: Connection) -> dict[str, State]:
    sql = """SELECT figure_id, series_id, state, first_published_at, against_figure_id
             FROM derived.states SEMI JOIN scope USING (figure_id)"""
    return {row[0]: State(*row) for row in con.execute(sql).fetchall()}


def _target_row(target: Target, labels: Mapping[str, str], names: Mapping[str, str]) -> Row:
    said, moved, result = target.said, target.moved_from, target.result
    return {
        "series_id": target.series_id,
        "province_id": said.province_id,
        "province": said.province,
        "province_now": names.get(said.province_id or "", said.province),
        "metric_id": said.metric_id,
        "label": labels.get(said.metric_id or "", said.label),
        "value": said.value,
        "value_max": said.value_max,
        "comparator": said.comparator,
        "unit": said.unit,
        "due": said.due,
        "due_precision": said.due_precision,
        "status": target.status,
        "due_status": target.due_status,
        "moved_from_figure_id": moved.figure_id if moved else None,
        "moved_from_value": moved.value if moved else None,
        "moved_from_due": moved.due if moved else None,
        "result_value": result.value if result else None,
        "result_as_of": (result.as_of or result.position) if result else None,
        "result_figure_id": result.figure_id if result else None,
        "figure_id": said.figure_id,
        "article_id": said.article_id,
        "inherited": target.inherited,
        "first_published_at": target.first_published_at,
        "last_published_at": target.last_published_at,
        "statements": target.statements,
        "moved_from_series_id": find_keys(moved).series_id if moved else None,
        "target_sentence": said.sentence,
        "moved_from_sentence": moved.sentence if moved else None,
        "result_sentence": result.sentence if result else None,
    }
