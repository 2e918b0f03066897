"""Streamlit entry: navigation only; the pages are in r57monitor/views/."""
