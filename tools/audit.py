"""Known vulnerabilities of the locked packages.

python -m tools.audit --advisories all.zip    # OSV's file of PyPI (a zip or a folder of its JSON records): no network
python -m tools.audit                         # by pip-audit over the network, where there is one

Exit 0: none known, or nothing could be asked, which is said in so many words (`--needed`: then 1). Exit 1: vulnerabilities, each named.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-tools.lock")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.M)
_PATIENCE_S = 240


def locked(names: tuple[str, ...] = LOCKS) -> set[tuple[str, str]]:
    """(package, version) of every pin."""
    return {(canonicalize_name(n), v) for name in names for n, v in _PIN.findall((ROOT / name).read_text("utf-8"))}


def read_advisories(path: Path) -> Iterator[dict[str, Any]]:
    """OSV records of a zip or a folder. Raises SystemExit where there is none."""
    if path.is_dir():
        bodies = (file.read_bytes() for file in sorted(path.rglob("*.json")))
    elif zipfile.is_zipfile(path):
        archive = zipfile.ZipFile(path)
        bodies = (archive.read(name) for name in archive.namelist() if name.endswith(".json"))
    else:
        raise SystemExit(f"audit: {path} is neither a zip nor a folder of OSV records.")
    for body in bodies:
        yield json.loads(body)


def find_known(pins: set[tuple[str, str]], advisories: Iterator[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """(package, version, advisory) of every pin that an advisory names and that is not withdrawn."""
    versions = dict(pins)
    found = set()
    for advisory in advisories:
        for affected in advisory.get("affected", ()) if "withdrawn" not in advisory else ():
            package = affected.get("package", {})
            name = canonicalize_name(str(package.get("name", "")))
            if package.get("ecosystem") == "PyPI" and name in versions and is_affected(versions[name], affected):
                found.add((name, versions[name], str(advisory.get("id"))))
    return sorted(found)


def is_affected(version: str, affected: dict[str, Any]) -> bool:
    """Whether OSV's `affected` holds for a version: named, or within a range of versions."""
    if version in affected.get("versions", ()):
        return True
    return any(_in_range(Version(version), r["events"]) for r in affected.get("ranges", ()) if r.get("type") == "ECOSYSTEM")


def _in_range(version: Version, events: list[dict[str, str]]) -> bool:
    inside = False
    for event in events:
        try:
            if "introduced" in event and version >= Version(event["introduced"]):
                inside = True
            elif ("fixed" in event and version >= Version(event["fixed"])) or (
                "last_affected" in event and version > Version(event["last_affected"])
            ):
                inside = False
        except InvalidVersion:
            continue
    return inside


def ask_network() -> tuple[list[dict[str, Any]], str]:
    """What pip-audit says of each locked package, and what went wrong where it says nothing."""
    words = [
        str(ROOT / ".venv" / "tools" / "bin" / "pip-audit"),
        "--disable-pip",
        "--require-hashes",
        "--progress-spinner",
        "off",
        "-f",
        "json",
    ]
    try:
        done = subprocess.run(
            [*words, "-r", str(ROOT / "requirements.lock"), "--timeout", "10"],
            text=True, capture_output=True, check=False, timeout=_PATIENCE_S,
        )  # fmt: skip
        return list(json.loads(done.stdout)["dependencies"]), ""
    except json.JSONDecodeError:
        return [], " ".join(done.stderr.split())[-160:]
    except (OSError, subprocess.TimeoutExpired) as error:
        return [], str(error)


def judge(dependencies: list[dict[str, Any]], fault: str) -> tuple[list[str], bool]:
    """(lines to print, whether anything was asked). A package whose advisories nobody could tell counts as not asked."""
    asked = [d for d in dependencies if "skip_reason" not in d]
    if not asked:
        why = fault or str(dependencies[0]["skip_reason"] if dependencies else "no package is pinned")
        return [f"audit: NOTHING WAS AUDITED: no source of advisories can be reached ({why})"], False
    lines = [f"audit: {d['name']} {d['version']}: {v['id']}" for d in asked for v in d.get("vulns", ())]
    return [*lines, f"audit: {len(asked)} of {len(dependencies)} locked packages audited: {len(lines)} vulnerabilities"], True


def main() -> int:
    """Ask, and say what was found or that nothing was asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--advisories", type=Path, help="OSV's all.zip of PyPI, or a folder of its records")
    parser.add_argument("--needed", action="store_true", help="exit 1 where nothing could be asked")
    wanted = parser.parse_args()
    pins = locked()
    if wanted.advisories:
        known = find_known(pins, read_advisories(wanted.advisories))
        for name, version, advisory in known:
            sys.stdout.write(f"audit: {name} {version}: {advisory}\n")
        sys.stdout.write(f"audit: {len(pins)} pinned packages held against {wanted.advisories}: {len(known)} vulnerabilities\n")
        return 1 if known else 0
    lines, was_asked = judge(*ask_network())
    sys.stdout.write("\n".join(lines) + "\n")
    return len(lines) > 1 if was_asked else wanted.needed


if __name__ == "__main__":
    sys.exit(main())
