"""A session as its customer's later history needs it: the stub, packed small."""

from typing import NamedTuple

from attesa.core.events.fields import Purpose, Visibility
from attesa.core.rows import Stub


class Visit(NamedTuple):
    """What a stub tells; the customer and the tenant are the unit's. Stands in `attesa.state` as it is."""

    session: str
    version: int
    deleted: bool
    channel: str
    queue: str
    country: str
    started_at: int
    first_reply_at: int | None
    ended_at: int | None
    ended_by: str | None
    resolved: bool
    outcome: str
    in_bot: bool
    team: str | None
    visibility: Visibility | None
    purpose: Purpose | None
    video: bool
    would_have_bought: bool | None

    @property
    def conversation(self) -> str:
        return self.session.rpartition("/")[0]

    @property
    def position(self) -> tuple[int, str]:
        """Where it stands among the customer's sessions."""
        return self.started_at, self.session

    @property
    def is_valid(self) -> bool:
        return self.outcome != "invalid"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and not self.deleted

    @property
    def touched_at(self) -> int:
        """From when on it may lead to a purchase: the first reply, else the start."""
        return self.started_at if self.first_reply_at is None else self.first_reply_at

    @property
    def last_at(self) -> int:
        """The newest instant that it tells."""
        return max(self.touched_at, self.ended_at or self.started_at)


def visit_of(stub: Stub) -> Visit:
    return Visit(
        stub.session,
        stub.version,
        stub.deleted,
        stub.channel,
        stub.queue,
        stub.country,
        stub.started_at,
        stub.first_reply_at,
        stub.ended_at,
        stub.ended_by,
        stub.resolved,
        stub.outcome,
        stub.in_bot,
        stub.team,
        stub.visibility,
        stub.purpose,
        stub.video,
        stub.would_have_bought,
    )
