"""Short messages through Apprise: mail, Telegram, Slack, Teams, webhooks and what else it knows."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from r57monitor.delivery.errors import PermanentError, TemporaryError
from r57monitor.errors import R57Error, UsageError
from r57monitor.preferences import Alerts

DEFAULT_CHANNEL = "default"


def name_addresses(settings: Alerts) -> dict[str, dict[str, str]]:
    """Apprise addresses by channel and by a name that tells nothing of the address, which may hold a password."""
    channels: Mapping[str, Sequence[str]] = {DEFAULT_CHANNEL: settings.urls, **settings.channels}
    return {channel: {f"{channel}-{_short(url)}": url for url in urls} for channel, urls in channels.items()}


def check_addresses(settings: Alerts) -> None:
    """Raises UsageError naming channel and place of the first address that Apprise does not know."""
    for channel, addresses in name_addresses(settings).items():
        for number, url in enumerate(addresses.values(), 1):
            if _object(url) is None:
                kind = url.partition(":")[0]
                raise UsageError(
                    f'address {number} of the alerts channel "{channel}" ("{kind}://…") is none that Apprise knows; '
                    "see docs/how-to/alerts.md for examples."
                )


def hand_over(url: str, subject: str, body: bytes) -> str:
    """Send one notice. Raises TemporaryError where it did not get through, PermanentError for an address that is none."""
    target = _object(url)
    if target is None:
        raise PermanentError("the address is none that Apprise knows")
    words: list[str] = []
    handler = _Words(words)
    logger = logging.getLogger("apprise")
    logger.addHandler(handler)
    try:
        done = bool(target.notify(title=subject, body=json.loads(body)["text"], body_format="text"))
    finally:
        logger.removeHandler(handler)
    if not done:
        raise TemporaryError(_without_secret(words[-1] if words else "it did not get through", url), is_server=False)
    return "taken"


def notice_body(text: str) -> bytes:
    """What the outbox keeps of a notice."""
    return json.dumps({"text": text}, ensure_ascii=False).encode()


def _object(url: str) -> Any:
    try:
        import apprise
    except ImportError as error:
        raise R57Error('alerts need the extra "notify": pip install "r57monitor[notify]".') from error
    asset = apprise.AppriseAsset(app_id="r57monitor", app_desc="r57monitor", app_url="", image_url_mask="", image_url_logo="")
    made = apprise.Apprise(asset=asset)
    return made if made.add(url) else None


class _Words(logging.Handler):
    """What Apprise says of a failure."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._words = words

    def emit(self, record: logging.LogRecord) -> None:
        self._words.append(record.getMessage())


def _without_secret(words: str, url: str) -> str:
    rest = url.partition("://")[2]
    return " ".join(words.replace(url, "…").replace(rest, "…").split()) if rest else words


def _short(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:10]
