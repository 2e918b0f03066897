"""Fetching: spiders made for sources, and everything between them and the network."""

from importlib import import_module
from threading import Thread

# Scrapy looks through its whole call stack three times when this module is imported: from deep within other imports that takes as long
# as everything else of Scrapy together, from a thread of its own nothing.
_shallow = Thread(target=import_module, args=("scrapy.core.downloader.contextfactory",))
_shallow.start()
_shallow.join()
