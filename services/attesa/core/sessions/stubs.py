"""What the sessions processor tells the customers processor: stubs of sessions, and how far time has come."""

from collections.abc import Mapping
from typing import cast

import msgspec

from attesa.core.rows import Stub, encode
from attesa.core.sessions.conversation import Conversation
from attesa.core.sessions.session import Session

STUB_TYPE = "attesa.session.stub"
TIME_TYPE = "attesa.sessions.time"


class StubMessage(msgspec.Struct, tag_field="type", tag=STUB_TYPE):
    """A message on `attesa.customers`, keyed by tenant and customer."""

    stub: Stub


class TimeMessage(msgspec.Struct, tag_field="type", tag=TIME_TYPE):
    """To every partition of `attesa.customers`: the data time in `partition` of `attesa.events`."""

    tenant: str
    partition: int
    clock: int


# Told by the sessions processor alone; nobody else may write these.
internal_decoder = msgspec.json.Decoder(StubMessage | TimeMessage)

_FIELDS = tuple(name for name in Stub.__struct_fields__ if name != "version")


def stub_of(conversation: Conversation, session: Session) -> Stub | None:
    """The stub of a judged session; None where its customer is not known. The version is the writer's."""
    fold, judgement = session.fold, session.judgement
    if fold.customer is None:
        return None
    assert session.cell is not None
    assert judgement is not None
    tenant, channel, queue, country = session.cell.key
    answers = fold.answers
    would = None if answers is None else answers.value("would_have_bought")
    return Stub(
        tenant=tenant,
        customer=fold.customer,
        session=f"{conversation.name}/{session.number}",
        conversation=conversation.name,
        version=0,
        channel=channel,
        queue=queue,
        country=country,
        started_at=fold.started_at,
        requested_at=fold.requested_at,
        first_reply_at=fold.first_reply_at,
        ended_at=fold.ended_at,
        ended_by=fold.ended_by,
        resolved=fold.ended_reason == "resolved",
        outcome=judgement.outcome,
        in_bot=fold.bot_came,
        team=fold.team,
        visibility=cast("None", fold.visibility),
        purpose=cast("None", fold.purpose),
        video_stage=cast("None", fold.video_stage),
        video=fold.video,
        would_have_bought=None if would is None else bool(would),
    )


def differs(one: Stub | None, other: Stub | None) -> bool:
    """Whether two stubs tell different things, their versions aside."""
    if one is None or other is None:
        return one is not other
    return any(getattr(one, name) != getattr(other, name) for name in _FIELDS)


def stub_row(stub: Stub, version: int, *, deleted: bool = False) -> tuple[bytes, bytes]:
    """The message that carries a stub."""
    stub = msgspec.structs.replace(stub, version=version, deleted=deleted)
    return f"{stub.tenant}:{stub.customer}".encode(), encode(StubMessage(stub))


def time_rows(times: Mapping[str, int], partition: int) -> list[tuple[bytes, bytes]]:
    """How far the data time of tenants has come; without a key, for it goes to every partition."""
    return [(b"", encode(TimeMessage(tenant, partition, clock))) for tenant, clock in times.items()]
