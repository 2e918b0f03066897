"""The digest as JSON: what programs read, and what is kept to render the same digest again."""

from __future__ import annotations

import base64
import dataclasses
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from r57monitor.digest.model import Digest
from r57monitor.errors import R57Error


def render(digest: Digest) -> bytes:
    """JSON object with the names of the model; days and instants as ISO text; the pictures are left out (lists say the same)."""
    period = {"name": digest.period.name, "start": digest.period.start, "end": digest.period.end}
    return _pack({key: value for key, value in _fields(digest).items() if key != "charts"} | {"period": period})


def store(digest: Digest) -> bytes:
    """JSON with everything the formats need, the pictures too. parse() gives the same digest back."""
    charts = [_fields(chart) | {"png": base64.b64encode(chart.png).decode("ascii")} for chart in digest.charts]
    return _pack(_fields(digest) | {"charts": charts})


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def _pack(values: dict[str, Any]) -> bytes:
    """Written by pydantic's own serializer: a week of 20,000 lines takes a second and no second copy of the model."""
    return to_json(values, indent=1) + b"\n"


def parse(text: str | bytes) -> Digest:
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
