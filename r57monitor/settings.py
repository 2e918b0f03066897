"""Scrapy's settings: numbers and the pipeline order. R57_… environment variables override the ones that people may set."""

from __future__ import annotations

import os

from pipelines.base import item_pipelines
from r57monitor import __version__

BOT_NAME = "r57monitor"
SPIDER_MODULES: list[str] = []  # spiders are made for sources by spiders.process
ITEM_PIPELINES = item_pipelines()


def user_agent(contact: str) -> str:
    """Who asks, and where a site's people can say that we are in the way."""
    return f"r57monitor/{__version__} (reads the provincial press; contact: {contact or 'not given'})"


USER_AGENT = user_agent("")  # crawl.contact of the home's settings goes before
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "r57monitor"

CONCURRENT_REQUESTS = 8  # of one source; its hosts are asked one request at a time
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.0  # crawl.delay_s of the home's settings, then a source's delay_s, go before
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
AUTOTHROTTLE_MAX_DELAY = 10.0  # Scrapy's own 60 s would follow a few answers of half a minute, and then no cycle gets through its pages
CONCURRENT_ITEMS = 4  # Scrapy starts so many tasks for every response; 100 costs 40 % of the speed
DOWNLOAD_TIMEOUT = float(os.environ.get("R57_TIMEOUT_S", "30"))  # for one answer, whole
DOWNLOAD_MAXSIZE = 10 * 2**20
DOWNLOAD_WARNSIZE = 0
DNS_TIMEOUT = 15
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # as pages name them: the newest first, not the last
DEPTH_LIMIT = 0  # pages walked back are limited by data/crawl.toml
RETRY_TIMES = 2  # of a busy server; see spiders.retry for answers that never came
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
HTTPERROR_ALLOWED_CODES = [304]
COOKIES_ENABLED = False
HTTPPROXY_ENABLED = True  # spiders.proxy says which, if any
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/rss+xml,application/pdf,*/*;q=0.5",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",  # what every WARC reader decodes; answers are archived as they came
}

# Library defaults that would open ports on this machine, should one of these extensions ever be loaded.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# An office's network: crawl.proxy and crawl.ca_file of the home's settings go before.
PROXY = "environment" if os.environ.get("R57_USE_PROXY") == "1" else ""
PROXY_RESOLVES = os.environ.get("R57_PROXY_RESOLVES", "") == "1"  # names outside are unknown here: the proxy must guard addresses
CA_FILE = ""

TWISTED_DNS_RESOLVER = "spiders.guard.GuardedResolver"
REACTOR_THREADPOOL_MAXSIZE = 24  # names that hang must not hold up the others
DOWNLOADER = "spiders.polite.PoliteDownloader"
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    "http": "spiders.transport.GuardedHandler",
    "https": "spiders.transport.GuardedHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}

# All that a crawl goes through, Scrapy's parts among it: what is switched off one by one is loaded all the same, for half a second.
# Not here: OffsiteMiddleware (GuardMiddleware knows hosts with their ports), HttpCompressionMiddleware (ArchiveMiddleware decodes),
# cookies, meta refresh, limits of depth and address, and telnet and remote control, which would open ports on this machine.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "spiders.middlewares.GuardMiddleware": 50,
    "spiders.middlewares.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "spiders.retry.PatientRetryMiddleware": 550,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "spiders.proxy.ProxyMiddleware": 740,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
    "spiders.middlewares.ArchiveMiddleware": 900,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": 50,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": 1000,
}
EXTENSIONS_BASE: dict[str, int] = {}
EXTENSIONS = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
LOG_LEVEL = os.environ.get("R57_LOG_LEVEL", "WARNING")
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
