"""Streamlit entry: navigation only; the pages are in r57monitor/views/."""

from r57monitor.views.navigation import run

run()
