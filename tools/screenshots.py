"""`python -m tools.screenshots`: every page of the dashboard on the practice articles, in both languages, light, dark and on a phone.

Writes docs/screenshots/<page>-<language>-<look>.png (needs Chromium and the playwright package, both for developers). The pictures are made
from tests/sample_home.py: the practice web's articles, whose numbers are invented.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from r57monitor.views.pages import PAGE_NAMES
from tests.chromium import PATIENCE_MS, Watched, chromium, serve
from tests.sample_home import make_home

OUT = Path(__file__).parent.parent / "docs" / "screenshots"
_LANGUAGES = ("vi", "en")
_LOOKS = {"light": (1400, "light"), "dark": (1400, "dark"), "phone": (390, "light")}
_MOST_HEIGHT = 1800
_PHONE_HEIGHT = 1600
_COLORS = 128
_DRAWN_MS = 800  # a last look around after the charts
# Every chart has marks: an SVG with shapes, or a canvas on which not everything is of one colour.
_IS_DRAWN = """() => !document.querySelector('[data-testid="stSkeleton"]')
  && [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')].every(chart => {
    const svg = chart.querySelector('svg'); if (svg) return !!svg.querySelector('path, rect, text');
    const canvas = chart.querySelector('canvas'); if (!canvas || !canvas.width || !canvas.height) return false;
    const seen = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const pixels = new Uint32Array(seen.buffer); return pixels.some(pixel => pixel !== pixels[0]) })"""


def main() -> None:
    """Make them all, or those of the pages named."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description="Pictures of every page for the documentation.")
    parser.add_argument("pages", nargs="*", default=PAGE_NAMES, help="pages to draw again; all where left out")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="r57-screenshots-") as folder, chromium() as browser:
        home = make_home(Path(folder) / "home")
        with serve(home, Path(folder) / "serve") as address:
            for look, (width, scheme) in _LOOKS.items():
                with Watched(browser, address, width, 900, color_scheme=scheme, reduced_motion="reduce") as watched:
                    for page in given.pages:
                        for language in _LANGUAGES:
                            path = given.out / f"{page}-{language}-{look}.png"
                            path.write_bytes(_draw(watched, page, language, _PHONE_HEIGHT if width < 800 else _MOST_HEIGHT))
                            sys.stdout.write(f"{path.name}: {path.stat().st_size // 1024} kB\n")
                    if watched.faults:
                        raise SystemExit("; ".join(watched.faults))


def _draw(watched: Watched, name: str, language: str, most: int) -> bytes:
    """One page from its head down, as small as a picture of it can be."""
    width = watched.page.viewport_size["width"]
    page: Any = watched.open(f"{name}?lang={language}")
    tall = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(int(tall), 600), most)})
    page.wait_for_function(_IS_DRAWN, timeout=PATIENCE_MS)
    page.wait_for_timeout(_DRAWN_MS)
    taken = page.screenshot()
    page.set_viewport_size({"width": width, "height": 900})
    small = io.BytesIO()
    Image.open(io.BytesIO(taken)).convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    main()
