"""Empties the outbox: every due delivery is tried, its fate written down, one process at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from r57monitor.delivery import notices
from r57monitor.delivery.errors import PermanentError, PutOffError, TemporaryError
from r57monitor.delivery.letters import Channel, Delivery
from r57monitor.delivery.outbox import Outbox
from r57monitor.delivery.smtp import Server
from r57monitor.errors import R57Error
from r57monitor.preferences import Preferences

ATTEMPTS = 5  # in one go, with growing waits; then the outbox keeps the letter for later


@dataclass(slots=True)
class Delivered:
    """What became of the deliveries tried."""

    sent: int = 0
    put_off: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)  # in words, each once
    is_busy: bool = False  # another process is sending

    def add_fault(self, words: str) -> None:
        """Say a fault once."""
        if words not in self.faults:
            self.faults.append(words)


Watch = Callable[[Delivery, str], None]  # called after each delivery with the state it came to


def empty_outbox(outbox: Outbox, settings: Preferences, watch: Watch = lambda _delivery, _state: None) -> Delivered:
    """Try what is due. Never raises for a letter's fate; settings that cannot work are told as a fault and the letters wait."""
    done = Delivered()
    if not outbox.exists():
        return done
    with outbox.sending() as is_ours:
        if not is_ours:
            done.is_busy = True
            return done
        for channel in ("mail", "notice"):
            try:
                _empty(outbox, channel, settings, done, watch)
            except R57Error as error:  # nothing of this channel can be sent as things are set
                done.add_fault(str(error))
    return done


def _empty(outbox: Outbox, channel: Channel, settings: Preferences, done: Delivered, watch: Watch) -> None:
    waiting = outbox.due(channel)
    if not waiting:
        return
    addresses = {name: url for found in notices.name_addresses(settings.alerts).values() for name, url in found.items()}
    with Server(settings.mail) as server:

        def hand(delivery: Delivery) -> str:
            if channel == "mail":
                return server.hand_over(delivery, before_last=lambda: outbox.mark(delivery, "handing"))
            if delivery.recipient not in addresses:
                raise PermanentError("its address is no longer in the settings")
            return notices.hand_over(addresses[delivery.recipient], delivery.subject, delivery.body or b"{}")

        for number, delivery in enumerate(waiting, 1):
            try:
                answer = _try(hand, delivery)
            except PermanentError as error:
                outbox.mark(delivery, "refused", str(error))
                done.refused += 1
                done.add_fault(f"{delivery.recipient}: {error}")
                watch(delivery, "refused")
            except TemporaryError as error:
                outbox.postpone(delivery, str(error))
                done.put_off += 1
                done.add_fault(str(error) if error.is_server else f"{delivery.recipient}: {error}")
                watch(delivery, "waiting")
                if error.is_server:
                    done.put_off += len(waiting) - number
                    return
            else:
                outbox.mark(delivery, "sent", answer)
                done.sent += 1
                watch(delivery, "sent")


def _is_worth_waiting(error: BaseException) -> bool:
    return isinstance(error, TemporaryError) and not isinstance(error, PutOffError)


def _try(hand: Callable[[Delivery], str], delivery: Delivery) -> str:
    """A few attempts with growing waits against a server that is just coming back; a letter put off by name is left for later."""
    for attempt in Retrying(
        stop=stop_after_attempt(ATTEMPTS), wait=wait_exponential(0.5, max=8), retry=retry_if_exception(_is_worth_waiting), reraise=True
    ):
        with attempt:
            return hand(delivery)
    raise AssertionError("not reached")  # reraise
