"""Loads what reads pages when it is imported: the process that readers are copied from imports it, so that each finds its tables made.

The tables of places, cues and patterns are made when a page first needs them. A page of the catalogue's own examples needs nearly all
(measured: a reader's first pages cost 0.7 s of the processor without it). What goes wrong here is left to the readers, which name it.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from datetime import UTC, datetime
from html import escape

from pipelines.chain import read_page
from pipelines.rules import Recipe, build_rules
from r57monitor.models import RawPage

_EXAMPLES_A_METRIC = 1


def _warm_up() -> None:
    rules = build_rules(Recipe())
    examples = [example for metric in rules.catalogue.metrics for example in metric.matches[:_EXAMPLES_A_METRIC]]
    told = "".join(f"<p>{escape(one)}</p>" for one in examples)
    page = f"<html><body><article><h1>Nghị quyết 57-NQ/TW</h1>{told}</article></body></html>"
    read_page(RawPage(url="http://a.example/tin/nghi-quyet-57.html", body=page.encode(), fetched_at=datetime.now(UTC)), rules)


with suppress(Exception):
    _warm_up()
gc.collect()
gc.freeze()  # the copies share this memory for as long as no collection walks through it
