"""Where a digest stands: choices and approvals in the journal, and the stored models under `digests/models/`.

An edition is a digest as it was written once: its whole model, with snapshot number and rules version. Every format can be made
again from it, byte for byte. What was approved or sent names its edition and the hash of it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from r57monitor.digest import model_json
from r57monitor.digest.desk import Choice, Sheet, changed_choices, fold_choices
from r57monitor.digest.model import Digest
from r57monitor.digest.request import read_name
from r57monitor.errors import HomeError, UsageError
from warehouse.home import Home
from warehouse.journal import Entry, Journal

State = Literal["draft", "approved", "sent"]

_EDITION = re.compile(r"(diem-bao-[\w-]+?)(?:_(\d{1,6}))?")


@dataclass(frozen=True, slots=True)
class Edition:
    """One stored model."""

    name: str
    number: int
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the journal says of one digest. by, at, edition: of what was approved or sent, by whom and when."""

    name: str
    sheet: Sheet = field(default_factory=Sheet)
    state: State = "draft"
    by: str = ""
    at: datetime | None = None
    edition: int | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A digest that went out."""

    name: str
    at: datetime
    edition: int
    sha256: str
    articles: frozenset[str]  # ids of the articles in it, known also where the edition had to be removed
    start: date
    province: str | None
    pillar: int | None


def read_standing(home: Home, name: str) -> Standing:
    """The choices for a digest and whether it was approved or sent. Choices made after an approval end it."""
    return _judge(name, [entry for entry in _entries(home) if entry.get("digest") == name])


def _entries(home: Home) -> Iterator[Entry]:
    return Journal(home.journal).iterate("desk", "digest")


def _judge(name: str, entries: Iterable[Entry]) -> Standing:
    desk: list[Entry] = []
    last: Entry = {}
    for entry in entries:
        if entry["event"] == "desk":
            desk.append(entry)
            last = last if last.get("state") == "sent" else {}
        elif entry.get("state") in {"draft", "approved", "sent"}:
            last = entry
    sheet = fold_choices(desk)
    if last.get("state") not in {"approved", "sent"}:
        return Standing(name, sheet)
    at = datetime.fromisoformat(last["at"])
    return Standing(name, sheet, last["state"], str(last.get("by") or ""), at, _number(last.get("edition")), str(last.get("sha256") or ""))


def list_standings(home: Home) -> list[tuple[Standing, int]]:
    """Every digest that has an edition or a choice, by name, and how many editions it has."""
    counts = Counter(path.stem.rpartition("_")[0] for path in (home.digests / "models").glob("*_*.json"))
    told: dict[str, list[Entry]] = {name: [] for name in counts}
    for entry in _entries(home):
        if entry.get("digest"):
            told.setdefault(str(entry["digest"]), []).append(entry)
    return [(_judge(name, told[name]), counts[name]) for name in sorted(told)]


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def read_sent(home: Home) -> list[Sent]:
    """Every digest that went out, the last first; of one sent twice, the last time."""
    found: dict[str, Sent] = {}
    for entry in Journal(home.journal).iterate("digest"):
        number, name = _number(entry.get("edition")), str(entry.get("digest"))
        if entry.get("recalled") is not None:  # taken back before anybody got it
            found.pop(name, None)
        if entry.get("state") != "sent" or number is None:
            continue
        try:
            request = read_name(name)
        except UsageError:  # no name of this version
            continue
        articles = frozenset(map(str, entry.get("articles") or ()))
        found[name] = Sent(
            name, datetime.fromisoformat(entry["at"]), number, str(entry.get("sha256") or ""), articles,
            request.period.start, request.province, request.pillar,
        )  # fmt: skip
    return sorted(found.values(), key=lambda sent: (sent.at, sent.name), reverse=True)


def write_choices(home: Home, name: str, choices: Iterable[Choice], *, by: str, note: str | None = None) -> int:
    """Write down what changes the desk of a digest; how many lines. note: the editor's own paragraph, None: as it is.

    Raises UsageError where the digest was sent: it is kept as sent.
    """
    standing = read_standing(home, name)
    _check_open(standing)
    changed = changed_choices(standing.sheet, choices)
    new_note = note if note is not None and note != standing.sheet.note else None
    if changed or new_note is not None:
        raw = [{key: value for key, value in asdict(choice).items() if value not in ("", None)} for choice in changed]
        Journal(home.journal).append("desk", digest=name, by=by, choices=raw or None, note=new_note)
    return len(changed) + (new_note is not None)


def _check_open(standing: Standing) -> None:
    if standing.state == "sent":
        raise UsageError(f"{standing.name} was sent on {standing.at:%Y-%m-%d} and is kept as sent; the next digest lists corrections.")


def approve(home: Home, digest: Digest, *, by: str, at: datetime) -> Edition:
    """Store the digest as approved, and say so in the journal. Raises UsageError where it was sent, or nobody is named."""
    _check_open(read_standing(home, digest.name))
    if not by.strip():
        raise UsageError("an approval needs the name of who approves.")
    edition = store_edition(home, approved_by(digest, by, at))
    _note_state(home, "approved", edition, by)
    return edition


def approved_by(digest: Digest, by: str, at: datetime) -> Digest:
    """The digest with its approval in it."""
    return replace(digest, desk=replace(digest.desk, state="approved", by=by.strip(), at=at))


def reopen(home: Home, name: str, *, by: str) -> None:
    """Make an approved digest a draft again. Raises UsageError where it was sent, or is a draft."""
    standing = read_standing(home, name)
    _check_open(standing)
    if standing.state == "draft":
        raise UsageError(f"{name} is a draft already.")
    Journal(home.journal).append("digest", digest=name, state="draft", by=by)


def note_sent(home: Home, edition: Edition, *, by: str, files: Mapping[str, str] | None = None) -> None:
    """Say that an edition went out. files: SHA-256 of each file that was sent, by its name."""
    digest = load_edition(edition)
    articles = sorted({item.article_id for item in digest.items} | {line.article_id for line in (*digest.results, *digest.targets)})
    _note_state(home, "sent", edition, by, articles=articles, files=dict(files or {}) or None)


def _note_state(home: Home, state: State, edition: Edition, by: str, **more: object) -> None:
    named = {"digest": edition.name, "state": state, "by": by.strip(), "edition": edition.number, "sha256": edition.sha256}
    Journal(home.journal).append("digest", **named, **more)


def store_edition(home: Home, digest: Digest) -> Edition:
    """Keep the model of a digest that is being written; the newest edition where that is the very same. Raises HomeError."""
    body = model_json.store(digest)
    folder = home.digests / "models"
    temporary = folder / f".{digest.name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        last = find_editions(home, digest.name)[-1:]
        if last and last[0].sha256 == hashlib.sha256(body).hexdigest():
            return last[0]
        with open(temporary, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        number = max(last[0].number if last else 0, _highest_noted(home, digest.name))
        while True:
            number += 1
            path = folder / f"{digest.name}_{number}.json"
            try:
                os.link(temporary, path)  # never over another one
                return _edition(path)
            except FileExistsError:
                continue
    except OSError as error:
        raise HomeError(f"cannot keep the digest's model in {folder}: {error.strerror}. Make room, or make the folder writable.") from error
    finally:
        temporary.unlink(missing_ok=True)


def _highest_noted(home: Home, name: str) -> int:
    """The highest edition that the journal knows of: its number is never used again, also where its file had to be removed."""
    noted = (_number(entry.get("edition")) for entry in Journal(home.journal).iterate("digest") if entry.get("digest") == name)
    return max((number for number in noted if number is not None), default=0)


def find_editions(home: Home, name: str) -> list[Edition]:
    """Every stored edition of a digest, oldest first."""
    found = [path for path in (home.digests / "models").glob(f"{name}_*.json") if (m := _EDITION.fullmatch(path.stem)) and m[1] == name]
    return [_edition(path) for path in sorted(found, key=lambda p: int(p.stem.rpartition("_")[2]))]


def _edition(path: Path) -> Edition:
    name, _, number = path.stem.rpartition("_")
    return Edition(name, int(number), path, hashlib.sha256(path.read_bytes()).hexdigest())


def load_edition(edition: Edition) -> Digest:
    """The stored model. Raises R57Error where it cannot be read."""
    return model_json.parse(edition.path.read_bytes())


def find_edition(home: Home, asked: str) -> Edition:
    """The edition a user names: "diem-bao-2025-W30_2", or without a number what was sent or approved, else the newest.

    Raises UsageError where there is none, or where the one that was sent or approved is no longer what it was.
    """
    found = _EDITION.fullmatch(asked)
    if found is None:
        raise UsageError(f'"{asked}" is no name of a digest; names look like diem-bao-2025-W30 or diem-bao-2025-W30_2.')
    editions = find_editions(home, found[1])
    if found[2]:
        editions = [edition for edition in editions if edition.number == int(found[2])]
    elif (kept := find_kept(home, read_standing(home, found[1]))) is not None:
        return kept
    if not editions:
        stored = ", ".join(sorted({p.stem for p in (home.digests / "models").glob("*.json")})[-5:]) or "none"
        raise UsageError(f"no digest {asked} is stored in {home.digests}; the last ones are: {stored}.")
    return editions[-1]


def find_kept(home: Home, standing: Standing) -> Edition | None:
    """The edition that was approved or sent; None for a draft, or where it was removed with what it quoted.

    Raises UsageError where the file is not what was approved or sent.
    """
    if standing.edition is None:
        return None
    path = home.digests / "models" / f"{standing.name}_{standing.edition}.json"
    if not path.exists():
        return None
    edition = _edition(path)
    if edition.sha256 != standing.sha256:
        raise UsageError(f"{path} was changed after it was {standing.state}: restore it from a backup, or reopen the digest.")
    return edition
