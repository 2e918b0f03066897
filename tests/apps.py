"""Pages of the dashboard without a browser: each run by Streamlit's own test harness over the home named in R57_HOME."""

from __future__ import annotations

from functools import cache

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

# The harness asks every package of the environment for parts of pages, for each page anew: longer than most pages take to draw.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
PATIENCE_S = 240  # a hang is what it ends; a busy machine is waited for


def open_page(page: str, **address: str | list[str]) -> AppTest:
    """One page, run once with these parameters in its address; it may not fail."""
    script = f"from r57monitor.views import {page}\nfrom r57monitor.views.frame import show_page\nshow_page({page}.show)\n"
    test = AppTest.from_string(script, default_timeout=PATIENCE_S)
    for name, value in address.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test


def html_of(test: AppTest) -> str:
    """All HTML that a page shows."""
    return "\n".join(str(block.proto.body) for block in test.get("html"))
