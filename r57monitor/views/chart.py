"""A chart on a page: in the reader's light or dark colours, with a name for screen readers, and a small button for it as a picture."""

from __future__ import annotations

from typing import Any

import streamlit as st

from r57monitor.chart_pictures import describe_chart, render_png
from r57monitor.views.frame import Page, is_dark
from r57monitor.wording import format_instant

_PNG_WIDTH = 900


def show_chart(page: Page, chart: Any, title: str, *, name: str) -> None:
    """Draw a chart from r57monitor/charts.py.

    title: what it shows, in words (read by screen readers, printed over the picture). name: of the picture's file, ASCII, once a page.
    """
    texts = page.texts
    st.vega_lite_chart(describe_chart(chart, dark=is_dark(), description=title), theme=None)
    until, number = format_instant(page.snapshot["observed_until"]), page.snapshot["number"]
    source = f"{texts('page.product')} · {texts('page.as_of', until=until, number=number)}"
    if page.home.is_practice:
        source += f" · {texts('page.practice')}"

    def draw() -> bytes:
        return render_png(chart, width=_PNG_WIDTH, title=title, source=source)

    st.download_button(
        texts("chart.png"), draw, file_name=f"{name}-{number}.png", mime="image/png", key=f"picture {name}", on_click="ignore",
        type="tertiary", help=texts("chart.png_note", title=title),
    )  # fmt: skip
