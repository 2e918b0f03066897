"""Whether what is given away works: wheel and sdist are built, the wheel is installed into an empty environment, and plays there.

python -m tools.wheel_check            # dist/*.whl and dist/*.tar.gz stay
Where the system allows it (Linux, root), the playing is done in a network of its own that leads nowhere.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_DIST = ROOT / "dist"
_ALONE = ("unshare", "--net", "sh", "-c", 'ip link set lo up 2>/dev/null; exec "$@"', "alone")
_MUST_HOLD = (
    "dashboard.py", "warehouse/columns.toml", "warehouse/migrations/", "warehouse/queries/", "r57monitor/data/fonts/OFL.txt",
    "r57monitor/data/map/vn34.json", "r57monitor/digest/templates/digest.typ", "r57monitor/practice/templates/rss.xml",
)  # fmt: skip
_NOT_TO_HOLD = ("tests/", "bench/", "data-practice/", ".venv/")


def build(source: Path, target: Path) -> tuple[Path, Path]:
    """(wheel, sdist) built from a tree, without network."""
    run([sys.executable, "-m", "hatchling", "build", "-d", str(target)], cwd=source)
    return newest(target, "*.whl"), newest(target, "*.tar.gz")


def newest(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_mtime_ns)


def check_contents(wheel: Path, sdist: Path, folder: Path) -> int:
    """How many files the wheel holds, once nothing is missing or too much and the sdist builds the same wheel."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for part in _MUST_HOLD:
        if not any(name.startswith(part) for name in names):
            raise SystemExit(f"wheel-check: {wheel.name} lacks {part}")
    if wrong := sorted(name for name in names if name.startswith(_NOT_TO_HOLD)):
        raise SystemExit(f"wheel-check: {wheel.name} holds {wrong[0]}")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    again, _ = build(next(folder.iterdir()), folder / "again")
    if (other := set(zipfile.ZipFile(again).namelist())) != names:
        raise SystemExit(f"wheel-check: the sdist builds another wheel; they differ in {sorted(other ^ names)[:3]}")
    return len(names)


def install(wheel: Path, folder: Path) -> Path:
    """The command `r57` of an empty environment with the locked dependencies and the wheel."""
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock")])
    run([*pip, "--no-deps", "--no-index", str(wheel)])
    return folder / "bin" / "r57"


def play(command: Path, folder: Path, days: int) -> None:
    """The practice web, crawled and written up, from a folder that knows nothing of the tree."""
    environment = {"PATH": f"{command.parent}:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    alone = list(_ALONE) if can_be_alone() else []
    print(f"wheel-check: r57 demo --no-browser --days {days}, {'without network' if alone else 'network not taken away (needs root)'}")  # noqa: T201
    run([*alone, str(command), "demo", "--no-browser", "--days", str(days)], cwd=folder, env=environment)
    home = folder / "data-practice"
    found = subprocess.run([str(command), "sql", "SELECT count(*) AS n FROM figures", "--csv", "--home", str(home)],
                           cwd=folder, env=environment, text=True, capture_output=True, check=True)  # fmt: skip
    figures = int(found.stdout.split()[-1])
    if figures == 0 or not any((home / "digests").glob("*.html")):
        raise SystemExit(f"wheel-check: the practice web gave {figures} figures, and no digest")
    print(f"wheel-check: {figures} figures, digests {sorted(p.name for p in (home / 'digests').glob('*.*'))[:4]}")  # noqa: T201


def can_be_alone() -> bool:
    return shutil.which("unshare") is not None and subprocess.run([*_ALONE, "true"], capture_output=True, check=False).returncode == 0


def run(words: list[str], cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    """Run a program; its last lines are shown where it fails."""
    own = env if env is not None else {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(words, cwd=cwd, env=own, text=True, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"wheel-check: {' '.join(words[-6:])} ended with {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}")


def main() -> None:
    """Build, look into, install, play."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=2, help="days of the practice web")
    wanted = parser.parse_args()
    _DIST.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="r57-wheel-") as name:
        folder = Path(name)
        wheel, sdist = build(ROOT, _DIST)
        files = check_contents(wheel, sdist, folder / "sdist")
        print(f"wheel-check: {wheel.name} ({wheel.stat().st_size / 1e6:.1f} MB, {files} files), {sdist.name}")  # noqa: T201
        (folder / "work").mkdir()
        play(install(wheel, folder / "env"), folder / "work", wanted.days)


if __name__ == "__main__":
    main()
