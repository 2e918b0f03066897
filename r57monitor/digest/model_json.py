"""The digest as JSON: what is kept to render the same digest again, and what programs read."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime
from typing import Any

from r57monitor.digest.model import Digest


def render(digest: Digest) -> str:
    """JSON object with the names of the model; days and instants as ISO text; the pictures are left out (lists say the same)."""
    body = dataclasses.asdict(dataclasses.replace(digest, charts=()))
    del body["charts"]
    body["period"] = {"name": digest.period.name, "start": digest.period.start, "end": digest.period.end}
    return json.dumps(body, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")
