"""Charts -> what a page shows, or SVG and PNG for digests and documentation, drawn without any network."""

from __future__ import annotations

from typing import Any

import vl_convert

from r57monitor.chart_style import MUTED, fill_rows
from r57monitor.palette import turn_dark


def describe_chart(chart: Any, *, dark: bool = False, description: str = "") -> dict[str, Any]:
    """Specification of a chart for a page. dark: in the colours of dark mode. description: what a screen reader says of it.

    Altair's own check of it would cost a third of a page's time: test_charts.py does that once.
    """
    spec: dict[str, Any] = fill_rows(chart.to_dict(validate=False))
    if description:
        spec["description"] = description
    return turn_dark(spec) if dark else spec


def render_svg(chart: Any, *, width: int = 520) -> str:
    """SVG of a chart, drawn offline; the same chart gives the same bytes."""
    return str(vl_convert.vegalite_to_svg(_sized(chart, width)))


def render_png(chart: Any, *, width: int = 520, scale: float = 2, title: str = "", source: str = "") -> bytes:
    """PNG of a chart, drawn offline. title, source: words over the picture, which goes on without the page around it."""
    spec = _sized(chart, width)
    if title:
        spec["title"] = {"text": title, "subtitle": source, "subtitleColor": MUTED, "subtitleFontSize": 11, "offset": 10}
    return bytes(vl_convert.vegalite_to_png(spec, scale=scale))


def svg_to_png(svg: str, *, scale: float = 2) -> bytes:
    """PNG of a chart that render_svg() drew; the same SVG gives the same bytes."""
    return bytes(vl_convert.svg_to_png(svg, scale=scale))


def _sized(chart: Any, width: int) -> dict[str, Any]:
    """The chart's specification with a width in pixels ("container" only means something in a page)."""
    spec: dict[str, Any] = fill_rows(chart.to_dict(validate=False))
    spec["width"] = width
    spec["config"]["font"] = "sans-serif"  # the renderer takes one family, of its own fonts where the machine has none
    return spec
