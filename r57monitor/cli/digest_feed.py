"""The feed of an office's digests: `diem-bao.atom` beside them, for feed readers and other offices' programs."""

from __future__ import annotations

import os
from pathlib import Path

from r57monitor.digest import FORMATS
from r57monitor.digest.atom import describe_issue, render_issues
from r57monitor.digest.model import Digest
from r57monitor.digest.request import choose_office
from r57monitor.preferences import load_preferences
from warehouse.desk import find_edition, list_standings, load_edition
from warehouse.home import Home

FILE_NAME = "diem-bao.atom"
_MOST = 30  # a feed tells what is new; older digests stay where they are


def write_feed(home: Home) -> Path:
    """Write the feed of the newest digests of the home, each with the files of it that lie beside the feed; its path."""
    names = sorted((standing.name for standing, editions in list_standings(home) if editions), reverse=True)[:_MOST]
    digests = [load_edition(find_edition(home, name)) for name in names]
    issues = [describe_issue(digest, _list_files(home, digest)) for digest in digests]
    path = home.digests / FILE_NAME
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(render_issues(issues, choose_office(load_preferences(home.path).values.office.unit)))
    temporary.replace(path)
    return path


def _list_files(home: Home, digest: Digest) -> list[tuple[str, str]]:
    files = [(f"{digest.name}.{name}", form.media_type) for name, form in FORMATS.items()]
    return [(name, media_type) for name, media_type in files if (home.digests / name).is_file()]
