"""What a crawl loads, imported by the process that the tests' crawls are copied from: to load it takes longer than a small crawl does."""

from __future__ import annotations

import gc
from importlib import import_module

import spiders.process  # noqa: F401
import tests.crawl_once  # noqa: F401
from r57monitor import settings
from r57monitor.cli import crawl  # noqa: F401

_PARTS = [*settings.EXTENSIONS, *settings.DOWNLOADER_MIDDLEWARES, *settings.SPIDER_MIDDLEWARES, settings.DOWNLOADER]
for _name in ("pandas", "pyarrow.dataset", "scrapy.core.engine", "spiders.transport", *(part.rpartition(".")[0] for part in _PARTS)):
    import_module(_name)
gc.collect()
gc.freeze()
