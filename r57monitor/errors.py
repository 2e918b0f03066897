"""Discard (an expected loss, counted) against R57Error (a fault, shown to the user in one line)."""

from __future__ import annotations


class Discard(Exception):  # noqa: N818  (it is no error: STYLE.md's word for a counted, expected loss)
    """A page that is set aside on purpose.

    stage: the stage that set it aside ("clean"); reason: a short fixed word ("not_article").
    """

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(f"{stage}: {reason}")
        self.stage = stage
        self.reason = reason


class R57Error(Exception):
    """A fault with a message a person can act on; the command ends with `exit_code`."""

    exit_code = 1


class UsageError(R57Error):
    """Wrong arguments, a missing path, a broken registry or setting: names the input and the way out."""

    exit_code = 2


class RegistryError(UsageError):
    """A registry or catalogue file that cannot be used; the message names file and line."""


class HomeError(R57Error):
    """The home folder cannot be read or written, or another process holds it."""


class ArchiveError(R57Error):
    """A raw page that cannot be written to or read from the archive."""


class ReadError(R57Error):
    """A file or page that cannot be read at all (missing, scanned, wrong format)."""
