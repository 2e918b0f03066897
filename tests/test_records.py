"""Every document of tests/records is read as its record says, in every field."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.records import COMMAND
from tests.records.documents import HERE, Document, documents, file_of
from tests.records.telling import render, tell

RECORDS = sorted((HERE / "kept").glob("*/*.json"))


@cache
def documents_by_file() -> dict[Path, Document]:
    return {file_of(document): document for document in documents()}


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_reading_is_as_recorded(file: Path) -> None:
    document, recorded = documents_by_file().get(file), file.read_text("utf-8")
    if document is None:
        pytest.fail(f"{file.name} records a document that is gone: write the records again (`{COMMAND}`)", pytrace=False)
    if (told := render(tell(document))) != recorded:
        ours, theirs = told.split("\n"), recorded.split("\n")
        other = [f"-{line}" for line in theirs if line not in ours][:8] + [f"+{line}" for line in ours if line not in theirs][:8]
        pytest.fail(
            f"{document.group}/{document.name} is read otherwise than recorded. If that is meant, write the records again"
            f" (`{COMMAND}`) and look at their diff.\n" + "\n".join(line[:300] for line in other),
            pytrace=False,
        )


def test_every_document_has_its_record() -> None:
    missing = sorted(f"{d.group}/{d.name}" for d in documents() if file_of(d) not in RECORDS)
    assert not missing, f"write the records (`{COMMAND}`)"
    assert len(RECORDS) > 250
