"""What the product says of its own reading: the shipped file, and the calibration measured anew."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pipelines.chain import load_rules
from r57monitor.measured import describe_measured
from tests.gold.quality import FOLDERS, MIN_FIGURES, OUT, calibration_error, measure, rows_of, wilson

SHIPPED: dict[str, Any] = json.loads(OUT.read_text("utf-8"))
MOST_CALIBRATION_ERROR = 0.1
DRIFT = 0.05  # of precision and recall over all: more, and the shipped file tells of another program


def test_confidence_is_calibrated() -> None:
    assert SHIPPED["calibration_error"] <= MOST_CALIBRATION_ERROR
    tally = measure(FOLDERS, load_rules())
    assert len(tally.judged) > 1000
    assert calibration_error(tally.judged) <= MOST_CALIBRATION_ERROR
    now, then = rows_of(tally, {}), SHIPPED["metrics"]
    for of in ("found", "expected"):
        share, shipped = (sum(row["correct"] for row in rows) / sum(row[of] for row in rows) for rows in (now, then))
        assert abs(share - shipped) <= DRIFT, "measure again: python -m tests.gold.quality --day …"


@pytest.mark.parametrize("row", SHIPPED["metrics"], ids=lambda row: row["metric_id"] or row["metric_group"])
def test_rows(row: dict[str, Any]) -> None:
    assert (row["metric_id"] is None) or row["expected"] >= MIN_FIGURES
    for share, of in (("precision", "found"), ("recall", "expected")):
        if row[share] is not None:
            assert row[share] == pytest.approx(row["correct"] / row[of], abs=1e-4)
            assert row[f"{share}_low"] <= row[share] <= row[f"{share}_high"]
            assert (row[f"{share}_low"], row[f"{share}_high"]) == pytest.approx(wilson(row["correct"], row[of]), abs=1e-4)


def test_english_readers_are_told_in_english() -> None:
    """Also of a home whose measurement is an earlier one; what is worded otherwise is not touched."""
    earlier = re.sub(r"\d[\d.]*", "987", SHIPPED["measured_on"])
    told = describe_measured([{"measured_on": SHIPPED["measured_on"]}], "en")
    assert told == SHIPPED["measured_on_en"]
    assert describe_measured([{"measured_on": earlier}], "en") == re.sub(r"\d[\d,]*", "987", told)
    assert describe_measured([{"measured_on": earlier}], "vi") == earlier
    assert describe_measured([{"measured_on": "bộ bài thử 12"}], "en") == "bộ bài thử 12"


def test_file_says_what_it_was_measured_and_tuned_on() -> None:
    assert {"measured_on", "tuned_on", "measured_at"} <= set(SHIPPED)
    assert len([row for row in SHIPPED["metrics"] if row["metric_id"]]) >= 10
