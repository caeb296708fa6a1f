"""The form shown while nobody is on duty: somebody wanted a chat and was turned away."""

from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.telling import Telling


def left(body: Reader, to: Telling) -> None:
    at: Instant = body.instant_iso("sentAt")
    address = body.maybe_text("visitor.email")
    customer = to.context.email(address) if address else None
    who = address or body.maybe_text("visitor.name") or ""
    conversation = to.context.pseudonym("offline", f"{who}\0{at.written}")
    seen = to.context.look(body.maybe_text("message") or "", "customer")
    to.tell("session.started", conversation, "started", at, customer=customer, entry_point="offline_form")
    to.tell("message.sent", conversation, "message", at, author="customer", **seen.fields)
    to.tell("session.ended", conversation, "ended", at, by="system", reason="nobody_on_duty")
