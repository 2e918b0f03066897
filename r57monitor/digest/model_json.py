"""The digest as JSON: what programs read, and what is kept to render the same digest again."""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from r57monitor.digest.model import Digest
from r57monitor.errors import R57Error


def render(digest: Digest) -> str:
    """JSON object with the names of the model; days and instants as ISO text; the pictures are left out (lists say the same)."""
    body = dataclasses.asdict(dataclasses.replace(digest, charts=()))
    del body["charts"]
    body["period"] = {"name": digest.period.name, "start": digest.period.start, "end": digest.period.end}
    return json.dumps(body, ensure_ascii=False, indent=1, default=_plain) + "\n"


def store(digest: Digest) -> str:
    """JSON with everything the formats need, the pictures too. parse() gives the same digest back."""
    return json.dumps(dataclasses.asdict(digest), ensure_ascii=False, indent=1, default=_plain) + "\n"


def parse(text: str) -> Digest:
    """A digest as store() wrote it, of this or an earlier version of the program. Raises R57Error for anything else."""
    try:
        return _adapter().validate_json(text)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"]) or "the file"
        raise R57Error(f"this is no stored digest: {where}: {str(fault['msg']).lower()}.") from error


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Digest]:
    return TypeAdapter(Digest)


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")
