"""Charts: what is drawn, and what is left empty."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from r57monitor.chart_pictures import describe_chart, render_png, render_svg
from r57monitor.charts import (
    articles_by_week,
    coverage_grid,
    health_grid,
    load_archipelagos,
    load_outlines,
    metric_history,
    province_map,
    series_history,
)
from r57monitor.gazetteer import MERGER, load_gazetteer


def _values(spec: Any) -> list[dict[str, Any]]:
    """All inline data of a chart, wherever it stands."""
    if isinstance(spec, dict):
        own = spec.get("values", []) if set(spec) >= {"values"} and isinstance(spec.get("values"), list) else []
        return [v for v in own if isinstance(v, dict)] + [v for part in spec.values() for v in _values(part)]
    return [v for part in spec for v in _values(part)] if isinstance(spec, list) else []


@pytest.mark.parametrize(("system", "count"), [("vn34", 34), ("vn63", 63)])
def test_outlines_are_the_provinces_with_clockwise_rings(system: str, count: int) -> None:
    features = load_outlines(system)["features"]
    entities = {e.id: e.name for e in load_gazetteer().entities}
    assert len(features) == count
    for feature in features:
        assert entities[feature["id"]] == feature["properties"]["name"]
        for polygon in feature["geometry"]["coordinates"]:
            ring = polygon[0]
            assert ring[0] == ring[-1]
            assert sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in pairwise(ring)) > 0


def test_both_archipelagos_are_drawn_and_named_on_every_map() -> None:
    assert {g["name"] for g in load_archipelagos()} == {"Quần đảo Hoàng Sa", "Quần đảo Trường Sa"}
    assert {load_gazetteer().entity(g["province_id"]).name for g in load_archipelagos()} == {"Đà Nẵng", "Khánh Hòa"}
    svg = render_svg(province_map([]))
    assert "Hoàng Sa" in svg
    assert "Trường Sa" in svg


def test_map_takes_a_province_without_a_row_for_not_observed() -> None:
    rows = [{"province_id": "vn34-01", "state": "reported", "articles": 3}, {"province_id": "vn34-04", "state": "silent", "articles": 0}]
    shown = {v["properties"]["name"]: v["properties"]["word"] for v in _values(describe_chart(province_map(rows))) if "properties" in v}
    assert len(shown) == len(load_gazetteer().at(MERGER))
    assert (shown["Hà Nội"], shown["Cao Bằng"], shown["Huế"]) == ("Có đưa tin", "Im lặng", "Không quan sát được")


def test_a_week_nobody_watched_has_no_bar() -> None:
    rows = [
        {"week": "2025-W28", "articles": 5, "originals": 3, "observed": 8, "provinces": 34},
        {"week": "2025-W29", "articles": 0, "originals": 0, "observed": 0, "provinces": 34},
        {"week": "2025-W30", "articles": 0, "originals": 0, "observed": 8, "provinces": 34},
    ]
    values = _values(describe_chart(articles_by_week(rows)))
    bars = {v["week"]: v["count"] for v in values if v.get("part") == "Bài gốc"}
    assert bars == {"2025-W28": 3, "2025-W30": 0}
    assert [v["week"] for v in values if "note" in v] == ["2025-W29"]


def test_grid_writes_counts_only_where_something_was_reported() -> None:
    rows = [
        {"province_now": "Huế", "week": "2025-W30", "state": "reported", "articles": 4},
        {"province_now": "Hà Nội", "week": "2025-W30", "state": "not_observed", "articles": 0},
    ]
    labels = {v["province"]: v["label"] for v in _values(describe_chart(coverage_grid(rows, ["Hà Nội", "Huế"])))}
    assert labels == {"Huế": "4", "Hà Nội": ""}


def test_history_leaves_out_what_has_no_day() -> None:
    row = {"value": 10.0, "unit": "trạm", "comparator": "ge", "as_of_precision": "day", "state": "new", "published_at": None}
    rows = [row | {"as_of": date(2025, 5, 31)}, row | {"as_of": None}, row | {"as_of": date(2025, 6, 30), "value": 12.0}]
    chart = series_history(rows, targets=[row | {"value": 20.0}])
    points = [v for v in _values(describe_chart(chart)) if "shown" in v]
    assert [p["day"] for p in points] == ["2025-05-31", "2025-06-30"] * (len(points) // 2)
    assert points[0]["shown"] == "≥ 10 trạm"


def test_health_grid_carries_the_cause() -> None:
    rows = [{"name": "Báo Sông Xanh", "day": date(2025, 7, 8), "state": "failing", "cause": "máy chủ trả lời 503", "articles": 0}]
    values = _values(describe_chart(health_grid(rows, ["Báo Sông Xanh"])))
    assert (values[0]["word"], values[0]["cause"]) == ("Lỗi", "máy chủ trả lời 503")


def test_the_same_chart_is_the_same_picture() -> None:
    assert render_svg(province_map([])) == render_svg(province_map([]))
    assert render_png(articles_by_week([])).startswith(b"\x89PNG")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_chart_is_what_vega_lite_knows(language: Any) -> None:
    """Pages and pictures are drawn without Altair's check: it is made here, on one chart of each kind."""
    week = {"week": "2025-W30", "articles": 5, "originals": 3, "publishers": 2, "observed": 8, "provinces": 34}
    gap = week | {"week": "2025-W29", "articles": 0, "originals": 0, "publishers": 0, "observed": 0}
    cell = {"province_now": "Huế", "province_id": "vn34-04", "week": "2025-W30", "state": "reported", "articles": 4}
    row = {
        "value": 10.0, "unit": "trạm", "comparator": "ge", "as_of": date(2025, 5, 31), "as_of_precision": "day", "state": "new",
        "published_at": None, "line": "Huế", "series_id": "a",
    }  # fmt: skip
    later = row | {"as_of": date(2025, 8, 31), "series_id": "b", "line": "Hà Nội"}
    health = {"name": "Báo Sông Xanh", "day": date(2025, 7, 8), "state": "failing", "cause": "503", "articles": 0}
    charts = [
        province_map([cell], language=language), province_map([cell], language=language, system="vn63"),
        articles_by_week([week, gap], language=language), coverage_grid([cell], ["Huế"], language=language),
        series_history([row, later], language=language, targets=[row]), health_grid([health], ["Báo Sông Xanh"], language=language),
        metric_history([row, later], merger=MERGER, language=language),
    ]  # fmt: skip
    for chart in charts:
        assert chart.to_dict(validate=True)["layer" if "layer" in chart.to_dict() else "mark"]
