"""Measure the reading by metric and write what the product shows: `python -m tests.gold.quality --day 2026-11-22`.

A figure counts as right only when everything the annotation says of it is right: value, unit, comparator, kind, change, metric,
province, whole and dates. Metrics with at least MIN_FIGURES annotated figures stand alone, the others are pooled by their group
(the file of the catalogue they stand in); figures without a metric are a row of their own. Intervals are Wilson's, at 95 %.
Calibration: figures sorted into tenths by the confidence the program gave; the error is the mean distance between confidence and the
share that was right, weighted by the number of figures (expected calibration error).
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from pipelines.chain import load_rules, read_whole
from pipelines.rules import Rules
from tests.gold.load import OWN, PLACES, PRACTICE, load_documents
from tests.gold.score import ATTRIBUTES, as_prediction, is_right, match

FOLDERS = (PRACTICE, OWN, PLACES)
OUT = Path(str(resources.files("r57monitor"))) / "data" / "quality.json"
MEASURED_ON = "bài do dự án soạn và chú giải, dùng cả khi dò lỗi: {documents} bài, {expected} số liệu"
TUNED_ON = (
    "luật đọc được chỉnh trên chính các bài này và trên trích đoạn báo chí không đưa vào dự án; "
    "độ tin cậy được cân trên các bài này và trên trích đoạn như khi đọc lần đầu"
)
MEASURED_ON_EN = "articles the project wrote and annotated, also used to look for errors: {documents} articles, {expected} figures"
TUNED_ON_EN = (
    "the reading rules were tuned on these very articles and on press excerpts not kept in the project; "
    "confidence was calibrated on them and on such excerpts as they were first read"
)
MIN_FIGURES = 20
_Z = 1.96


@dataclass(slots=True)
class Tally:
    """Counts by metric id ("" without one), and (confidence, right) of every figure found."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    documents: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    judged: list[tuple[float, bool]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


def add_document(tally: Tally, name: str, gold: dict[str, Any], article: Any) -> None:
    """Count one document; figures of irrelevant documents are not scored."""
    if not gold.get("figures_scored", True) or gold.get("relevant") is False:
        return
    tally.names.add(name)
    found = as_prediction(article)["figures"]
    wanted = [f for f in gold["figures"] if not f.get("optional")]
    optional = [f for f in gold["figures"] if f.get("optional")] + gold.get("figures_optional", [])
    pairs = match(wanted, found)
    free = [j for j in range(len(found)) if j not in {j for _, j in pairs}]
    neutral = {free[j] for _, j in match(optional, [found[j] for j in free])}
    right = {j: all(is_right(a, wanted[i], found[j]) is not False for a in ATTRIBUTES) for i, j in pairs}
    for figure in wanted:
        tally.counts[figure.get("metric") or ""]["expected"] += 1
        tally.documents[figure.get("metric") or ""].add(name)
    own = {j: wanted[i].get("metric") for i, j in pairs if right[j]}  # an accepted other metric counts where the annotation has it
    for metric in own.values():
        tally.counts[metric or ""]["correct"] += 1
    for j, figure in enumerate(found):
        if j not in neutral:
            tally.counts[own.get(j, figure["metric"]) or ""]["found"] += 1
            tally.judged.append((article.figures[j].confidence, right.get(j, False)))


def wilson(right: int, all_of: int) -> tuple[float, float]:
    """95 % interval of a share; (0, 1) where nothing was counted."""
    if not all_of:
        return 0.0, 1.0
    share = right / all_of
    middle = share + _Z**2 / (2 * all_of)
    spread = _Z * math.sqrt(share * (1 - share) / all_of + _Z**2 / (4 * all_of**2))
    return (middle - spread) / (1 + _Z**2 / all_of), (middle + spread) / (1 + _Z**2 / all_of)


def calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over tenths of confidence."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in judged:
        bins[min(9, int(confidence * 10))].append((confidence, right))
    gaps = (abs(sum(c - r for c, r in members)) for members in bins.values())
    return sum(gaps) / len(judged) if judged else 0.0


def rows_of(tally: Tally, groups: dict[str, str]) -> list[dict[str, Any]]:
    """One row a metric with enough figures, one a group for the others, one for figures without a metric."""
    pooled: dict[tuple[str | None, str | None], Counter[str]] = defaultdict(Counter)
    documents: dict[tuple[str | None, str | None], set[str]] = defaultdict(set)
    for metric, counts in tally.counts.items():
        alone = counts["expected"] >= MIN_FIGURES
        key = (metric, groups.get(metric)) if metric and alone else (None, groups.get(metric, "none") if metric else "none")
        pooled[key] += counts
        documents[key] |= tally.documents[metric]
    rows = []
    for (metric_id, group), counts in sorted(pooled.items(), key=lambda item: (item[0][0] is None, item[0])):
        found, expected, correct = counts["found"], counts["expected"], counts["correct"]
        precision, recall = correct / found if found else None, correct / expected if expected else None
        low, high = wilson(correct, found)
        recall_low, recall_high = wilson(correct, expected)
        rows.append({
            "metric_id": metric_id, "metric_group": group, "precision": _short(precision), "recall": _short(recall),
            "f1": _short(2 * correct / (found + expected) if found + expected else None), "precision_low": _short(low),
            "precision_high": _short(high), "recall_low": _short(recall_low), "recall_high": _short(recall_high),
            "expected": expected, "found": found, "correct": correct, "documents": len(documents[metric_id, group]),
        })  # fmt: skip
    return rows


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def catalogue_groups() -> dict[str, str]:
    """Metric id to its group: the file of the catalogue it stands in."""
    import tomllib

    folder = resources.files("r57monitor") / "data" / "metrics"
    return {
        entry["id"]: Path(str(file)).stem
        for file in sorted(folder.iterdir(), key=str)
        for entry in tomllib.loads(file.read_text("utf-8"))["metric"]
    }


def measure(folders: Iterable[Path], rules: Rules) -> Tally:
    """Read and count every document of the folders."""
    tally = Tally()
    for folder in folders:
        for name, gold, raw in load_documents(folder):
            add_document(tally, name, gold, read_whole(raw, rules))
    return tally


def main(argv: Sequence[str] | None = None) -> int:
    """Write the file; prints the totals."""
    parser = argparse.ArgumentParser(prog="python -m tests.gold.quality", description=__doc__.split("\n")[0])
    parser.add_argument("--day", type=date.fromisoformat, required=True, help="day of the measurement, 2026-11-22")
    parser.add_argument("--dry-run", action="store_true", help="print only")
    options = parser.parse_args(argv)
    tally = measure([folder for folder in FOLDERS if folder.is_dir()], load_rules())
    rows = rows_of(tally, catalogue_groups())
    expected, found, correct = (sum(row[key] for row in rows) for key in ("expected", "found", "correct"))
    data = {
        "measured_on": MEASURED_ON.format(documents=len(tally.names), expected=f"{expected:,}".replace(",", ".")),
        "measured_on_en": MEASURED_ON_EN.format(documents=len(tally.names), expected=f"{expected:,}"),
        "tuned_on": TUNED_ON,
        "tuned_on_en": TUNED_ON_EN,
        "measured_at": options.day.isoformat(),
        "calibration_error": _short(calibration_error(tally.judged)),
        "metrics": rows,
    }
    if not options.dry_run:
        OUT.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"{data['measured_on']}: precision {correct / found:.3f}, recall {correct / expected:.3f}")  # noqa: T201
    print(f"calibration error {data['calibration_error']:.3f} over {len(tally.judged)} figures")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
