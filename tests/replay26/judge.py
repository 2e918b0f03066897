"""What the ledger said, held against what is true."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any

from r57monitor.clock import vietnam_day
from r57monitor.gazetteer import load_gazetteer
from tests.replay26.generate import first_crawl, week_of
from tests.replay26.model import Story, Told, World
from warehouse.facts import make_article_id
from warehouse.queries import Reader

_FIGURES = """SELECT f.article_id, f.start_char, f.mention, f.revision, f.state, f.series_id, f.kind, f.value, f.reported_at,
                     f.sentence, f.figure_id, a.first_seen_at
              FROM main.figures_all f JOIN main.articles a ON a.article_id = f.article_id"""


@dataclass
class Verdict:
    """Counts of one judgement; `wrong` has examples for people."""

    firsts: int = 0
    listed: int = 0
    false_new: int = 0
    false_conflicts: int = 0
    knowable: int = 0  # of the false news, those of which an earlier telling was found by then
    told: Counter[tuple[str, str]] = field(default_factory=Counter)  # (truth, said)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Verdict) -> None:
        self.firsts += other.firsts
        self.listed += other.listed
        self.false_new += other.false_new
        self.false_conflicts += other.false_conflicts
        self.knowable += other.knowable
        self.told += other.told
        self.wrong += other.wrong


def truths(story: Story) -> list[tuple[int, Told, str | None]]:
    """Every figure of a story with its revision and the state it should have."""
    versions = [(1, story.told)] + ([(2, story.edited[2])] if story.edited else [])
    found = []
    for revision, told in versions:
        for t in told:
            if revision == 1 or t.state == "restated":
                is_repeat = (story.is_copy or story.outlet.kind == "aggregator") and t.state not in {None, "baseline"}
                found.append((revision, t, "repeat" if is_repeat else t.state))
    return found


def match(world: World, reader: Reader) -> list[tuple[Story, Told, str | None, dict[str, Any]]]:
    """Every true figure with the row that the views have of it."""
    rows: dict[tuple[str, int, str, float], list[dict[str, Any]]] = defaultdict(list)
    for row in reader.rows(_FIGURES):
        rows[row["article_id"], row["revision"], row["kind"], row["value"]].append(row)
    found = []
    for story in world.stories:
        for revision, told, state in truths(story):
            alike = rows[make_article_id(story.url), revision, told.kind, told.value]
            row = next((r for r in alike if told.sentence in r["sentence"] or r["sentence"] in told.sentence), None)
            if row:
                found.append((story, told, state, row))
    return found


def judge_states(world: World, reader: Reader, week: int | None = None) -> Verdict:
    """States as of a snapshot.

    week: only of articles found in that week; not of copies whose original is found later: till then they are the first known. A figure
    whose earlier telling is found later still counts as a false new; how many are not of that kind is counted beside (`knowable`).
    """
    verdict, earlier = Verdict(), _tellings(world)
    found = {story.cluster: week_of(story.found.date()) for story in world.stories if not story.is_copy}
    for story, told, state, row in match(world, reader):
        if week is not None and (week_of(story.found.date()) != week or found[story.cluster] > week):
            continue
        said = row["state"] or "none"
        if state is None:
            verdict.false_conflicts += said == "conflict" and told.spec.get("level") == "commune"
            continue
        verdict.told[state, said] += 1
        own_week = week_of(vietnam_day(row["reported_at"])) == week_of(vietnam_day(story.published))
        if state == "new":
            verdict.firsts += 1
            verdict.listed += said == "new" and own_week
        if said == "new" and (state != "new" or not own_week):
            verdict.false_new += 1
            verdict.knowable += any(at < story.published and (week is None or seen <= week) for at, seen in earlier[told.series])
        verdict.false_conflicts += said == "conflict" and state != "conflict"
        if state != said or (state == "new" and not own_week):
            verdict.wrong.append(f"{state} -> {said}: {told.series} {told.mention} {story.published:%m-%d %H} {story.found:%m-%d} "
                                 f"{story.clock} {story.outlet.id} {story.url} copy={story.is_copy}")  # fmt: skip
    return verdict


def _tellings(world: World) -> dict[str, list[tuple[datetime, int]]]:
    """By series, when each article that tells of it was published, and in which week it was found."""
    tellings: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for story in world.stories:
        for told in story.told:
            tellings[told.series].append((story.published, week_of(story.found.date())))
    return tellings


def judge_series(world: World, reader: Reader) -> tuple[int, int]:
    """(series that join what may not be compared, true series that were split among figures that have a series)."""
    joined: dict[str, set[str]] = defaultdict(set)
    split: dict[str, set[str]] = defaultdict(set)
    for _, told, _, row in match(world, reader):
        if row["series_id"]:
            joined[row["series_id"]].add(told.series)
            split[told.series].add(row["series_id"])
    return sum(len(v) > 1 for v in joined.values()), sum(len(v) > 1 for v in split.values())


def judge_clusters(world: World, reader: Reader) -> dict[str, float]:
    """Pairwise precision, recall and F1, and the share of copies that stand apart from what they copy."""
    said = {r["article_id"]: r["cluster_id"] for r in reader.rows("SELECT article_id, cluster_id FROM main.articles")}
    true: dict[int, list[str]] = defaultdict(list)
    for story in world.stories:
        if (key := make_article_id(story.url)) in said:
            true[story.cluster].append(key)
    found: dict[str, list[str]] = defaultdict(list)
    for key, cluster in said.items():
        found[cluster].append(key)
    right = {pair for group in true.values() for pair in combinations(sorted(group), 2)}
    told = {pair for group in found.values() for pair in combinations(sorted(group), 2)}
    both = len(right & told)
    precision, recall = both / max(len(told), 1), both / max(len(right), 1)
    first = {story.cluster: make_article_id(story.url) for story in reversed(world.stories) if not story.is_copy}
    copies = [(make_article_id(s.url), first[s.cluster]) for s in world.stories if s.is_copy]
    apart = [c for c, o in copies if c in said and o in said and said[c] != said[o]]
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
        "apart": len(apart) / len(copies),
    }


def judge_coverage(world: World, reader: Reader, weeks: int) -> dict[str, int]:
    """Cells of the coverage against what was said and what could be seen."""
    gazetteer = load_gazetteer()
    said = {(r["province_id"], r["week"]): r["state"] for r in reader.rows("SELECT province_id, week, state FROM main.coverage")}
    names = sorted({week for _, week in said})
    from r57monitor.calendar import parse_week

    numbers = {name: week_of(parse_week(name)) for name in names}
    reported = {(gazetteer.now(s.province_id).id, week_of(vietnam_day(s.published))) for s in world.stories}
    counts = Counter[str]()
    for (province, name), state in said.items():
        week = numbers[name]
        if not 0 <= week < weeks or province not in world.own:
            continue
        blind = any(week in o.dead or first_crawl(o).date() > parse_week(name) for o in world.own[province])
        truth = "reported" if (province, week) in reported else "not_observed" if blind else "silent"
        counts[f"{truth} -> {state}"] += 1
        counts["silent though it failed"] += state == "silent" and blind
    return dict(counts)
