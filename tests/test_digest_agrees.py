"""Digest, dashboard and CSV of the same week say the same, and every figure of the digest is a row of the ledger."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from r57monitor.cli import main
from r57monitor.cli.digest import open_draft
from r57monitor.digest.model import Digest
from r57monitor.models import NEWLY_REPORTED
from r57monitor.wording import format_figure
from tests.sample_home import make_home
from warehouse import queries
from warehouse.home import Home
from warehouse.queries import Filters, open_published

_WEEKS = ("2025-W25", "2025-W26", "2025-W28", "2025-W30", "2025-W31")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("sample"))


def _run(*words: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 0


def _csv(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, str]]:
    _run(*words, "--csv")
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def _lines(digest: Digest) -> list[Any]:
    return [*digest.results, *digest.targets]


@pytest.mark.parametrize("week", _WEEKS)
def test_digest_agrees_with_the_dashboards_counts(week: str, sample: Home) -> None:
    digest = open_draft(sample, week).digest
    counts = {count.key: count.now for count in digest.counts}
    with open_published(sample) as reader:
        shown = queries.week_summary(reader, Filters(week=week))
        coverage = {row["province_now"]: row for row in queries.coverage_by_week(reader, Filters(week=week))}
        fresh = {row["figure_id"] for row in queries.newest_figures(reader, Filters(week=week, kinds=("result", "target")))}
    named = {"articles": "articles", "originals": "originals", "outlets": "publishers", "provinces": "provinces"}
    assert {key: counts[key] for key in named} == {key: shown[name] for key, name in named.items()}
    assert counts["new_figures"] == shown["newly_reported"] == len(fresh)
    assert {line.figure_id for line in _lines(digest)} == fresh
    assert len(coverage) == len(digest.provinces) == 34
    for line in digest.provinces:
        row = coverage[line.name]
        assert (line.state, line.articles, line.originals, line.publishers) == (
            row["state"], row["articles"], row["originals"], row["publishers"],
        ), line.name  # fmt: skip


@pytest.mark.parametrize("week", ["2025-W28", "2025-W30"])
def test_digest_agrees_with_csv(week: str, sample: Home, capsys: pytest.CaptureFixture[str]) -> None:
    digest = open_draft(sample, week).digest
    home = ("--home", str(sample.path), "--limit", "1000")
    figures = {row["figure_id"]: row for row in _csv(capsys, "figures", "--week", week, *home)}
    newly = {key for key, row in figures.items() if row["state"] in NEWLY_REPORTED and row["kind"] != "previous"}
    assert {line.figure_id for line in _lines(digest)} == newly
    for line in _lines(digest):
        row = figures[line.figure_id]
        assert (line.amount.value, line.amount.unit, line.kind, line.sentence) == (
            float(row["value"]), row["unit"], row["kind"], row["sentence"],
        )  # fmt: skip
    articles = {row["article_id"] for row in _csv(capsys, "articles", "--week", week, *home)}
    shown = {i for item in digest.items for i in (item.article_id, *(copy.article_id for copy in item.copies))}
    assert shown == articles


def test_every_figure_is_a_row_of_the_ledger_and_proves_itself(sample: Home) -> None:
    for week in _WEEKS:
        digest = open_draft(sample, week).digest
        sides = [s for pair in (*digest.moved, *digest.conflicts) for s in (pair.earlier, pair.later)]
        sides += [s for target in digest.docket for s in (target.said, target.result) if s is not None]
        named = {line.figure_id: line.value for line in _lines(digest)} | {side.figure_id: side.value for side in sides}
        named |= {line.against_figure_id: line.against.split(" (")[0] for line in _lines(digest) if line.against_figure_id}
        with open_published(sample) as reader:
            sql = """SELECT f.*, t.text FROM main.figures_all f JOIN main.article_versions t USING (article_id, revision)
                     WHERE f.figure_id IN (SELECT unnest(?::VARCHAR[]))"""
            rows = {row["figure_id"]: row for row in reader.rows(sql, [sorted(named)])}
        assert set(rows) == set(named)
        for figure_id, value in named.items():
            row = rows[figure_id]
            assert row["text"][row["start_char"] : row["end_char"]] == row["mention"]
            assert format_figure(row) == value


def test_json_has_the_ids(sample: Home, capsys: pytest.CaptureFixture[str]) -> None:
    _run("digest", "--week", "2025-W30", "--format", "json", "--home", str(sample.path))
    model = json.loads((sample.digests / "diem-bao-2025-W30.json").read_text("utf-8"))
    assert all(line["figure_id"] and line["article_id"] for line in (*model["results"], *model["targets"]))
    assert model["method"]["snapshot"] == 1
    assert capsys.readouterr().out.strip().endswith("diem-bao-2025-W30.json")


def test_pillars_part_the_figures(sample: Home) -> None:
    whole = open_draft(sample, "2025-W30").digest
    parts = [open_draft(sample, f"2025-W30-nhom-{n}").digest for n in range(1, 8)]
    for part in parts:
        assert {line.pillar for line in _lines(part)} <= {part.pillar}
        assert all(part.pillar in item.pillars for item in part.items)
    known = {line.figure_id for line in _lines(whole) if line.pillar}
    assert known
    assert {line.figure_id for part in parts for line in _lines(part)} == known
