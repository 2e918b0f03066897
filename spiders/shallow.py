"""Loads, from a thread of its own, what is slow to load from deep within other imports: imported first by what needs it.

Scrapy looks through its whole call stack three times when this module of it is loaded; from within our imports that takes as long as
everything else of Scrapy together.
"""

from importlib import import_module
from threading import Thread

_apart = Thread(target=import_module, args=("scrapy.core.downloader.contextfactory",))
_apart.start()
_apart.join()
