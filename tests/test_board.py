"""Jobs that wait for readers: which are given out ahead, and to whom."""

from __future__ import annotations

from concurrent.futures import Future
from itertools import count

from pipelines.board import Board, Job

ROOM = 10**6


def board_of(jobs: int) -> Board:
    board = Board()
    for _ in range(jobs):
        board.put(Job(len, ("",), Future(), is_heavy=False), is_urgent=False)
    return board


def take_all(board: Board) -> int:
    """How many jobs a lane gets that fills its hands."""
    assert board.take() is not None
    return next(held for held in count(1) if board.take_ahead(ROOM, held) is None)


def test_the_last_jobs_are_shared_among_the_lanes() -> None:
    board = board_of(20)
    shares = [take_all(board) for _ in range(3)]
    assert sum(shares) < 20, "something is left for the lane that is done first"
    assert max(shares) <= 11, "no lane works on alone with what all could do"
    assert shares == sorted(shares, reverse=True)


def test_a_lane_fills_its_hands_while_many_wait() -> None:
    board = board_of(100)
    assert board.take() is not None
    assert all(board.take_ahead(ROOM, held) is not None for held in range(1, 32))
