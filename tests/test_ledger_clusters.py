"""Copies are put together, independent texts and next month's report are not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from r57monitor.ledger import bands
from r57monitor.ledger.bands import Candidate, Prints
from r57monitor.ledger.clusters import (
    Claim,
    Member,
    find_clusters,
    find_links,
    find_unsettled,
)
from r57monitor.text.fingerprint import make_fingerprint

BEGIN = datetime(2025, 9, 1, 3)
WORDS = [f"từ{number}" for number in range(900)]


def text_of(seed: int, count: int = 400) -> str:
    chosen = random.Random(seed)
    return "\n".join(" ".join(chosen.choices(WORDS, k=40)) for _ in range(count // 40))


def cluster(texts: dict[str, str], **changes: dict[str, Any]) -> dict[str, Member]:
    candidates, claims = [], []
    for n, (key, text) in enumerate(texts.items()):
        said = {"placed_at": BEGIN + timedelta(hours=n)} | changes.get(key, {})
        publisher = said.pop("publisher", "")
        claims.append(Claim(article_id=key, **said))
        candidates.append(
            Candidate(article_id=key, fingerprint=make_fingerprint(text), placed_at=said["placed_at"], text_key=text, publisher=publisher)
        )
    return {m.article_id: m for m in find_clusters(candidates, claims, lambda wanted: {key: texts[key] for key in wanted})}


def test_copy_with_a_credit_line_and_a_cut_end() -> None:
    original = text_of(1)
    shortened = "\n".join(original.split("\n")[:6])
    members = cluster({"a": original, "b": original + "\nTheo Báo Thử", "c": shortened, "d": text_of(2)})
    assert members["a"].cluster_id == members["b"].cluster_id == members["c"].cluster_id == "a"
    assert members["d"] == Member("d", "d", True)
    assert [key for key, member in members.items() if member.is_original] == ["a", "d"]


def test_credit_and_aggregator_push_down() -> None:
    text = text_of(3)
    texts = {"a": text, "b": text, "c": text}
    members = cluster(texts, a={"is_aggregator": True}, b={"has_credit": True})
    assert [key for key, member in members.items() if member.is_original] == ["c"]
    alone = cluster({"a": text}, a={"is_aggregator": True})
    assert alone["a"].is_original


def test_the_agency_that_copies_name_is_the_original_though_another_printed_first() -> None:
    texts = dict.fromkeys("abcd", text_of(3))
    said: dict[str, dict[str, Any]] = {"b": {"source_id": "hang-tin"}, "c": {"has_credit": True, "credited": ["hang-tin", "kenh-hai"]}}
    members = cluster(texts, **said, d={"source_id": "kenh-hai"})
    assert [key for key, member in members.items() if member.is_original] == ["b"]
    gathers = cluster(texts, **said | {"b": {"source_id": "hang-tin", "is_aggregator": True}})
    assert [key for key, member in gathers.items() if member.is_original] == ["a"]


def test_next_months_report_in_the_same_words_is_no_copy() -> None:
    frame = text_of(4)
    first = frame + "\nToàn tỉnh có 356 trạm, 1.245 hộ, 74% hồ sơ, 12 xã và 9 mô hình."
    second = frame + "\nToàn tỉnh có 412 trạm, 1.398 hộ, 81% hồ sơ, 15 xã và 11 mô hình."
    members = cluster({"a": first, "b": second})
    assert members["a"].cluster_id != members["b"].cluster_id


def test_short_texts_stand_alone() -> None:
    members = cluster({"a": "Ảnh: Minh Hà", "b": "Ảnh: Minh Hà"})
    assert members["a"].cluster_id != members["b"].cluster_id


def test_order_does_not_matter() -> None:
    texts = {str(n): text_of(n % 7) for n in range(30)}
    backwards = dict(reversed(texts.items()))
    times = {key: {"placed_at": BEGIN} for key in texts}
    assert cluster(texts, **times) == cluster(backwards, **times)
    assert len({m.cluster_id for m in cluster(texts, **times).values()}) == 7
    assert sum(m.is_original for m in cluster(texts, **times).values()) == 7


def test_many_alike() -> None:
    text = text_of(5)
    members = cluster({f"{n:03}": text for n in range(150)})
    assert {m.cluster_id for m in members.values()} == {"000"}


def test_an_outlet_that_changes_one_number_reports_anew_another_outlet_copies() -> None:
    frame = text_of(6) + "\nTheo Nghị quyết 57, quý I, II, ngày 15/8, 34 tỉnh, 63 trường và 12 sở đã họp; có {} trạm."
    texts = {"a": frame.format(356), "b": frame.format(365)}
    same = {"publisher": "bao-mot"}
    assert len({m.cluster_id for m in cluster(texts, a=same, b=same).values()}) == 2
    assert len({m.cluster_id for m in cluster(texts, a=same, b={"publisher": "bao-hai"}).values()}) == 1


def test_why_the_original_is_one() -> None:
    text = text_of(8)
    reasons = {
        "earliest": cluster({"a": text, "b": text}),
        "credit": cluster({"a": text, "b": text}, a={"has_credit": True}),
        "aggregator": cluster({"a": text, "b": text}, a={"is_aggregator": True, "has_credit": True}),
        "named": cluster({"a": text, "b": text, "c": text}, b={"source_id": "hang-tin"}, c={"has_credit": True, "credited": ["hang-tin"]}),
    }
    assert {reason: [m.reason for m in members.values() if m.is_original] for reason, members in reasons.items()} == {
        reason: [reason] for reason in reasons
    }
    assert cluster({"a": text})["a"].reason is None


def crowd(count: int, seed: int) -> dict[str, Candidate]:
    """Pages in one template, some of them copies of another, at times of their own."""
    chosen = random.Random(seed)
    frame = text_of(9, 160)
    made = {}
    for n in range(count):
        text = f"{frame}\n{text_of(100 + n // 3, 80)}" if n % 3 else f"{frame}\n{text_of(chosen.randrange(500), 40)}"
        made[f"{n:03}"] = Candidate(
            article_id=f"{n:03}",
            fingerprint=make_fingerprint(text),
            placed_at=BEGIN + timedelta(minutes=chosen.randrange(4000)),
            text_key=text,
            publisher=f"bao-{chosen.randrange(4)}",
        )
    return made


@pytest.mark.parametrize("seed", range(6))
def test_a_few_changed_articles_give_the_links_that_all_would(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In crowded bands too, where who is compared with whom depends on the neighbours."""
    monkeypatch.setattr(bands, "REACH", 6)
    chosen = random.Random(seed)
    before = crowd(200, seed)
    after = {key: c for key, c in before.items() if chosen.random() > 0.02}
    after |= {c.article_id + "+": replace(c, article_id=c.article_id + "+") for c in crowd(2, seed + 50).values()}
    moved = {key: replace(c, placed_at=c.placed_at + timedelta(minutes=90)) for key, c in after.items() if chosen.random() < 0.02}
    after |= moved

    def load(wanted: Sequence[str]) -> dict[str, str]:
        return {key: (after.get(key) or before[key]).text_key for key in wanted}

    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    ghosts = [replace(before[key], article_id=f"{key}~") for key in changed if key in before]
    unsettled = find_unsettled(Prints.of([*after.values(), *ghosts]), changed | {g.article_id for g in ghosts})
    fresh = changed | unsettled
    kept = [link for link in find_links(Prints.of(before.values()), load) if not fresh & set(link)]
    found = find_links(Prints.of(after.values()), load, fresh)
    assert sorted(kept + found) == sorted(find_links(Prints.of(after.values()), load))
    assert len(unsettled) > 0
    assert len(kept) > 0


@pytest.mark.parametrize(("said", "together"), [("356 trạm", True), ("365 trạm", True), ("357 trạm", True), ("41 xã", False), ("", True)])
def test_a_text_with_few_numbers_is_told_from_one_in_the_same_words(said: str, together: bool) -> None:
    frame = text_of(7) + "\nTheo Nghị quyết 57, nay có {}."
    texts = {"a": frame.format("356 trạm"), "b": frame.format(said)}
    members = cluster(texts, a={"publisher": "bao-mot"}, b={"publisher": "bao-hai"})
    assert (len({m.cluster_id for m in members.values()}) == 1) is together
