"""Connections whose clients take too long are cut off: uvicorn bounds only the pause between requests."""

import asyncio

from attesa.parsing import Bounded

HEAD_SECONDS = 10.0  # to send a request's head: nothing at all, or byte after byte
TAKING_SECONDS = 30.0  # to take an answer that does not fit into the buffers
Timer = asyncio.TimerHandle | None


class Impatient(Bounded):
    """Cuts a connection off where a request's head, or the reading of an answer, is not done in time.

    What still arrives of a body that was answered already counts as the head of the next request.
    """

    head_seconds = HEAD_SECONDS
    taking_seconds = TAKING_SECONDS
    _sending: Timer = None
    _taking: Timer = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._taking = self.loop.call_later(self.taking_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._taking = _stopped(self._taking)

    def connection_lost(self, exc: Exception | None) -> None:
        self._sending, self._taking = _stopped(self._sending), _stopped(self._taking)
        super().connection_lost(exc)

    def _watch(self) -> None:
        """The clock runs from the first byte of a head to its last; a body's time is the application's."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._sending = _stopped(self._sending)
        elif self._sending is None and not self.transport.is_closing():
            self._sending = self.loop.call_later(self.head_seconds, self.transport.abort)


def _stopped(timer: Timer) -> None:
    if timer is not None:
        timer.cancel()
