"""python -m tests.records: reads every document and writes its record; those of documents that are gone are taken away."""

from __future__ import annotations

import sys

from tests.records.documents import HERE, documents, file_of
from tests.records.telling import render, tell


def main() -> None:
    """Writes what differs and says how much did."""
    kept, changed = set(), 0
    for document in documents():
        file, text = file_of(document), render(tell(document))
        kept.add(file)
        if not file.exists() or file.read_text("utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
            changed += 1
    for file in set((HERE / "kept").glob("*/*.json")) - kept:
        file.unlink()
        changed += 1
    sys.stdout.write(f"{len(kept)} records, {changed} changed: look at `git diff tests/records`\n")


if __name__ == "__main__":
    main()
