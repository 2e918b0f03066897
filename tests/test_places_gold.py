"""Annotated articles on provinces, documents and relevance: lists, hosts, letterheads, English pages, texts about the nation."""

from pathlib import Path

from pipelines.chain import load_rules
from tests.gold.score import render, score_folder

PLACES = Path(__file__).parent / "gold" / "places"
FLOOR = 0.97  # of provinces and documents; all are right when this was set


def test_articles_on_places_keep_their_floor() -> None:
    score = score_folder(PLACES, load_rules())
    assert score.total["documents"] >= 12
    for what in ("provinces", "documents"):
        assert score.prf(what)[2] >= FLOOR, render(PLACES, score)
    assert score.total["relevant_right"] == score.total["documents"], render(PLACES, score)
