"""Score the project's own reading against annotated documents: `python -m tests.gold.score [GOLD_DIR ...] [--errors]`.

GOLD_DIR holds annotations as tests/gold/load.py describes them. Without GOLD_DIR: the articles of the practice web, the documents in
tests/gold, and, where the annotations shared beside the project are on this machine, those too, scored by the scorer that came with them.
Prints micro-averaged precision, recall and F1 of figures (same value and unit class, one to one), of "full" (everything else right
too, as far as the annotation says), and the accuracy of each attribute, of provinces, documents, dates and relevance.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.chain import load_rules, read_whole
from pipelines.rules import Rules
from r57monitor.clock import VIETNAM
from r57monitor.models import Article
from tests.gold.load import OWN, PLACES, PRACTICE, load_documents
from tests.gold.shared import render_shared, score_shared

ATTRIBUTES = ("kind", "change", "comparator", "metric", "province", "of", "due", "as_of")
SHARES = ("published", "relevant", "document_dates", "page_type", "cleaning")
# JSON annotations know these metrics: a null there says that none of them fits, and nothing about any other id.
ANNOTATED = frozenset(
    {
        "bts_5g_stations", "bts_stations", "coverage_4g_pct", "coverage_5g_pct", "fiber_household_pct", "smartphone_pct",
        "dedicated_network_points", "video_conference_points", "data_centers", "admin_procedures_total", "online_services_full",
        "online_services_partial", "online_services_full_pct", "services_on_national_portal", "dossiers_total", "dossiers_online",
        "dossiers_online_pct", "dossiers_full_online_pct", "dossiers_on_time_pct", "dossiers_digitized_pct", "data_reuse_pct",
        "online_payment_pct", "satisfaction_pct", "commune_service_centers", "digital_signatures", "digital_signature_pct",
        "work_files_online_pct", "edoc_pct", "security_level_pct", "malware_protected_pct", "community_digital_teams",
        "community_digital_team_members", "digital_skills_trained", "eid_accounts", "app_installs", "digital_workforce",
        "st_tasks", "st_tasks_accepted", "st_results_applied_pct", "st_organizations", "st_enterprises", "innovation_enterprises",
        "startups", "researchers", "ip_applications", "st_budget_share_pct", "st_budget_vnd", "rd_grdp_pct",
        "digital_economy_grdp_pct", "digital_tech_enterprises", "enterprises_supported", "cashless_pct", "tfp_pct", "tasks_total",
        "tasks_completed", "tasks_completed_pct", "tasks_overdue", "technical_leader_pct", "dti_rank", "pii_rank", "pci_rank",
        "par_rank",
    }
)  # fmt: skip


@dataclass(slots=True)
class Score:
    """Counts over documents; attributes over matched figures."""

    total: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    metrics: dict[str, Counter[str]] = field(default_factory=dict)  # by metric: gold, found, right
    errors: list[str] = field(default_factory=list)

    def add(self, what: str, right: int, asked: int) -> None:
        """Count a share: `right` of `asked`."""
        self.right[what] += right
        self.asked[what] += asked

    def share(self, what: str) -> float:
        """The share that is right; 1 where nothing was asked."""
        return self.right[what] / self.asked[what] if self.asked[what] else 1.0

    def prf(self, what: str) -> tuple[float, float, float]:
        """Precision, recall and F1 of "figures", "full", "provinces" or "documents"."""
        base = "figures" if what == "full" else what
        right, found, gold = self.total[f"{what}_right"], self.total[f"{base}_found"], self.total[f"{base}_gold"]
        precision = right / found if found else float(gold == 0)
        recall = right / gold if gold else 1.0
        return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def fold_key(text: str | None) -> str:
    """Small letters without accents, blanks, hyphens and dots: a key for comparing names."""
    plain = unicodedata.normalize("NFD", (text or "").lower().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c) and c not in " -–.")


def unit_class(unit: str | None) -> str:
    """ "%", "vnd", "usd", "rank", else "count"."""
    key = fold_key(unit)
    return {"%": "%", "phantram": "%", "dong": "vnd", "vnd": "vnd", "usd": "usd", "hang": "rank", "thu": "rank"}.get(key, "count")


def same_value(a: Any, b: Any) -> bool:
    """Equal numbers; None is equal to nothing."""
    if a is None or b is None:
        return False
    return abs(float(a) - float(b)) <= 1e-9 * max(1.0, abs(float(a)), abs(float(b)))


def is_right(name: str, gold: dict[str, Any], found: dict[str, Any]) -> bool | None:
    """Verdict on one attribute; None where the annotation does not say."""
    wanted, given = gold.get(name), found.get(name)
    if gold.get(f"{name}_optional"):
        return None
    accepted = gold.get("accept", {}).get(name)
    if accepted and any(is_right(name, {name: value}, found) is not False for value in accepted):
        return True
    if name == "change":
        return bool(wanted) == bool(given)
    if name == "comparator":
        return (wanted or "eq") == (given or "eq")
    if wanted is None:
        unknown = name == "metric" and not gold.get("strict") and given not in ANNOTATED
        return None if given is None or name in ("as_of", "province") or unknown else False
    if name in ("due", "as_of"):
        return bool(given) and str(given).startswith(str(wanted))
    if name == "of":
        return same_value(wanted, given)
    if name == "province":
        return fold_key(wanted) == fold_key(given)
    return bool(wanted == given)


def match(gold: Sequence[dict[str, Any]], found: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    """Pairs (gold, found) of the same value and unit class, best agreement first, one to one."""
    candidates = []
    for i, g in enumerate(gold):
        for j, f in enumerate(found):
            if same_value(g.get("value"), f.get("value")) and unit_class(g.get("unit")) == unit_class(f.get("unit")) and _same_digits(g, f):
                verdicts = [is_right(a, g, f) for a in ATTRIBUTES]
                same = sum(g.get(a) == f.get(a) for a in ATTRIBUTES)
                candidates.append((verdicts.count(False) - verdicts.count(True), -same, i, j))
    pairs, used_gold, used_found = [], set(), set()
    for *_, i, j in sorted(candidates):
        if i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            pairs.append((i, j))
    return pairs


def _same_digits(gold: dict[str, Any], found: dict[str, Any]) -> bool:
    a, b = ("".join(c for c in str(x.get("mention") or "") if c.isdigit()) for x in (gold, found))
    return not a or (bool(b) and (a in b or b in a))


def as_prediction(article: Article) -> dict[str, Any]:
    """The reading of one page in the form of the annotations."""
    extracted = article.extracted
    published = extracted.published if extracted else None
    return {
        "published": published.astimezone(VIETNAM).date().isoformat() if published else None,
        "page_type": extracted.page_type if extracted else None, "text": extracted.text if extracted else "",
        "relevant": bool(article.relevance and article.relevance.is_relevant),
        "provinces": [{"name": p.name, "role": p.role} for p in article.provinces],
        "documents": [{"number": d.number, "date": d.issued_on and d.issued_on.isoformat()} for d in article.documents],
        "figures": [
            {
                "mention": f.mention, "value": f.value, "of": f.denominator, "unit": f.unit, "comparator": f.comparator, "kind": f.kind,
                "change": f.is_change, "metric": f.metric_id, "province": f.province, "as_of": f.as_of and f.as_of.isoformat(),
                "due": f.due and f.due.isoformat(),
                "sentence": f.sentence, "label": f.label,
            }
            for f in article.figures
        ],
    }  # fmt: skip


def score_document(score: Score, name: str, gold: dict[str, Any], found: dict[str, Any]) -> None:
    """Add one document to the counts."""
    score.total["documents"] += 1
    score.add("relevant", bool(gold.get("relevant")) == found["relevant"], 1)
    accepted = {gold.get("published"), *gold.get("published_accept", [])} - {None}
    span = gold.get("published_range") or ["", ""]
    in_span = not accepted and (found["published"] is None or (bool(span[0]) and span[0] <= found["published"] <= span[1]))
    score.add("published", in_span or (found["published"] in accepted), 1)
    for what, key in (("provinces", "name"), ("documents", "number")):
        wanted = {fold_key(x[key]) for x in gold.get(what, []) if x.get("role", "subject") == "subject"}
        given = {fold_key(x[key]) for x in found[what] if x.get("role", "subject") == "subject"}
        score.total.update({f"{what}_right": len(wanted & given), f"{what}_gold": len(wanted), f"{what}_found": len(given)})
        if wanted != given:
            score.errors.append(f"{name}: {what} missed {sorted(wanted - given)} extra {sorted(given - wanted)}")
    wanted = {fold_key(d["number"]): d["date"] for d in gold.get("documents", []) if d.get("date")}
    given = {fold_key(d["number"]): d["date"] for d in found["documents"]}
    score.add("document_dates", sum(bool(given.get(n)) and str(given[n]).startswith(str(day)) for n, day in wanted.items()), len(wanted))
    if "page_type" in gold:
        score.add("page_type", found["page_type"] == gold["page_type"], 1)
        left = [text for text in gold.get("boilerplate", []) if text in found["text"]]
        lost = [text for text in gold.get("must_keep", []) if text not in found["text"]]
        score.add("cleaning", not left and not lost, 1)
        score.errors += [f"{name}: not cleaned {left} lost {lost}"] * bool(left or lost)
    if gold.get("figures_scored", True):
        _score_figures(score, name, gold, found["figures"])


def _score_figures(score: Score, name: str, gold: dict[str, Any], found: list[dict[str, Any]]) -> None:
    wanted = [f for f in gold["figures"] if not f.get("optional")]
    optional = [f for f in gold["figures"] if f.get("optional")] + gold.get("figures_optional", [])
    pairs = match(wanted, found)
    rest = [f for j, f in enumerate(found) if j not in {j for _, j in pairs}]
    neutral = {j for _, j in match(optional, rest)}
    rest = [f for j, f in enumerate(rest) if j not in neutral]
    score.total.update(figures_right=len(pairs), figures_gold=len(wanted), figures_found=len(pairs) + len(rest))
    for i, j in pairs:
        wrong = []
        for attribute in ATTRIBUTES:
            verdict = is_right(attribute, wanted[i], found[j])
            if verdict is not None:
                score.add(attribute, verdict, 1)
                if not verdict:
                    wrong.append(f"{attribute} {wanted[i].get(attribute)!r} got {found[j].get(attribute)!r}")
        score.total["full_right"] += not wrong
        for metric, key in ((wanted[i].get("metric"), "gold"), (found[j].get("metric"), "found")):
            if metric:
                score.metrics.setdefault(metric, Counter())[key] += 1
        if wanted[i].get("metric") and wanted[i].get("metric") == found[j].get("metric"):
            score.metrics[wanted[i]["metric"]]["right"] += 1
        if wrong:
            score.errors.append(f"{name}: {wanted[i].get('mention')!r}: {'; '.join(wrong)} | {found[j]['sentence'][:220]}")
    matched = {i for i, _ in pairs}
    score.errors += [
        f"{name}: missed {g.get('mention')!r} {g.get('value')} {g.get('unit')}" for i, g in enumerate(wanted) if i not in matched
    ]
    score.errors += [f"{name}: extra {f['mention']!r} {f['value']} {f['unit']} ({f['metric']}) | {f['sentence'][:160]}" for f in rest]


def score_folder(folder: Path, rules: Rules, keep: str = "") -> Score:
    """Read and score every document of a folder. keep: "even" or "odd" takes half of them, by a stable split."""
    score = Score()
    for name, gold, raw in load_documents(folder):
        half = "odd" if sum(map(ord, name)) % 2 else "even"
        if keep and keep != half:
            continue
        score_document(score, name, gold, as_prediction(read_whole(raw, rules)))
    return score


def render(folder: Path, score: Score) -> str:
    """The table that is printed."""
    lines = [f"{folder}: {score.total['documents']} documents"]
    scored = ("figures", "full") if score.total["figures_gold"] else ()
    for what in (*scored, "provinces", "documents"):
        precision, recall, f1 = score.prf(what)
        lines.append(f"  {what:10} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")
    lines.append("  " + "  ".join(f"{name} {score.share(name):.3f}" for name in SHARES if score.asked[name]))
    if scored:
        lines.append("  of matched figures: " + "  ".join(f"{name} {score.share(name):.3f}" for name in ATTRIBUTES if score.asked[name]))
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; ends with 2 where a folder is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.gold.score", description="Precision and recall on annotated documents.")
    parser.add_argument("folders", nargs="*", type=Path, default=[])
    parser.add_argument("--errors", action="store_true", help="list what was missed, extra or wrong")
    parser.add_argument("--half", choices=("even", "odd"), default="", help="take half of the documents, by a stable split")
    options = parser.parse_args(argv)
    rules = load_rules()
    for folder in options.folders or [PRACTICE, OWN, PLACES]:
        if not folder.is_dir():
            print(f"{folder}: no such folder.", file=sys.stderr)  # noqa: T201
            return 2
        score = score_folder(folder, rules, options.half)
        if options.errors:
            print("\n".join(score.errors))  # noqa: T201
        print(render(folder, score))  # noqa: T201
    if not options.folders:
        print(render_shared(score_shared()))  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
