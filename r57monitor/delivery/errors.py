"""What may go wrong on the way: worth another try, or not."""

from __future__ import annotations

from r57monitor.errors import R57Error


class TemporaryError(R57Error):
    """Not now: worth another try. is_server: nothing else will get through either."""

    def __init__(self, why: str, *, is_server: bool) -> None:
        super().__init__(why)
        self.is_server = is_server


class PutOffError(TemporaryError):
    """The server put off this recipient: minutes from now may do, seconds will not."""


class PermanentError(R57Error):
    """This recipient or letter is refused for good."""
