"""Whether a browser can be had on this machine."""

from __future__ import annotations

import importlib.util
import shutil

from r57monitor.models import Source

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PLACES = ("/usr/bin/chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_chromium() -> str | None:
    """The Chromium of this machine; None where there is none."""
    return next((path for name in (*_NAMES, *_PLACES) if (path := shutil.which(name))), None)


def browser_problem(source: Source) -> str | None:
    """Why a source cannot be visited with a browser here, with the way out; None where it can, or needs none."""
    if not source.browser:
        return None
    if importlib.util.find_spec("scrapy_playwright") is None:
        return "it needs a browser: install the extra, pip install 'r57monitor[browser]'"
    if find_chromium() is None:
        return "it needs a browser: install Chromium (Debian: apt-get install chromium)"
    return None
