"""What all charts share: colours, axes, the words of states, and how rows get into a specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from r57monitor.palette import load_palette
from r57monitor.wording import Language, load_texts, name_unit

Rows = Sequence[Mapping[str, Any]]

COLORS = load_palette("light")
INK, MUTED, LINE, PAPER = (COLORS[name] for name in ("ink", "muted", "line", "paper"))
REPORTED, SILENT, NOT_OBSERVED = (COLORS[name] for name in ("reported", "silent", "not_observed"))
COPIES, TARGET = COLORS["copies"], COLORS["target"]
LINE_COLORS = tuple(COLORS[name] for name in ("reported", "target", "series_3", "series_4", "series_5", "muted"))
STATES = ("reported", "silent", "not_observed")
_FONT = "Source Sans Pro, Source Sans 3, Segoe UI, DejaVu Sans, sans-serif"
# Vega formats numbers the English way; the axis turns them into the Vietnamese one.
_VI_NUMBER = "replace(replace(replace(format(datum.value, ',~r'), /,/g, '_'), /[.]/g, ','), /_/g, '.')"
_EN_NUMBER = "format(datum.value, ',~r')"
_LINES = {"gridColor": COLORS["grid"], "domainColor": LINE, "tickColor": LINE}


class _Rows(str):
    """What stands for a chart's rows while Altair copies and checks it, which it does several times over; put back by `fill_rows`."""

    rows: list[Any]


def chart_data(values: Rows | Sequence[dict[str, Any]]) -> Any:
    make: Any = alt.Data
    kept = list(values)
    held = _Rows(f"rows {id(kept)}")  # another for each list: Altair takes equal data for the same
    held.rows = kept
    return make(values=held)


def fill_rows(spec: Any) -> Any:
    """The specification with the rows themselves."""
    if isinstance(spec, dict):
        return {key: fill_rows(value) for key, value in spec.items()}
    if isinstance(spec, list):
        return [fill_rows(value) for value in spec]
    return spec.rows if isinstance(spec, _Rows) else spec


def style_chart(chart: Any) -> Any:
    """The one look of all charts: quiet axes, no frame."""
    return (
        chart.properties(autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
        .configure(font=_FONT, background=PAPER, padding=4)
        .configure_view(stroke=None)
        .configure_axis(labelColor=MUTED, titleColor=MUTED, titleFontWeight="normal", labelFontSize=11, **_LINES)
        .configure_legend(labelColor=INK, titleColor=MUTED, labelFontSize=12, titleFontWeight="normal", orient="top")
        .configure_title(color=INK, fontSize=13, anchor="start", fontWeight=600)
    )


def value_axis(rows: Rows, language: Language) -> alt.Y:
    """The values of a history, under the unit of its rows."""
    unit = next((row.get("unit") or "" for row in rows), "")
    scale = alt.Scale(zero=False, padding=14)
    return alt.Y("value:Q", title=name_unit(unit, language) or None, scale=scale, axis=number_axis(language, tickCount=5))


def number_axis(language: Language, **extra: Any) -> alt.Axis:
    return alt.Axis(labelExpr=_VI_NUMBER if language == "vi" else _EN_NUMBER, **extra)


def state_color(language: Language, field: str = "word:N") -> alt.Color:
    texts = load_texts(language)
    scale = alt.Scale(domain=[texts(f"coverage.{state}") for state in STATES], range=[REPORTED, SILENT, NOT_OBSERVED])
    key = alt.Legend(symbolStrokeColor=COLORS["symbol"], symbolType="square")
    return alt.Color(field, scale=scale, title=None, legend=key)
