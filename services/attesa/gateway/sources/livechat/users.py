"""Whom an identifier of LiveChat names: most webhooks give it alone, so that its form has to tell."""

import re

from attesa.gateway.sources.reading import Reader

_CUSTOMER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_BOT = re.compile(r"[0-9a-z]{32}")


def kind_of(identifier: str) -> str | None:
    """`agent`, `customer` or `bot`; None where the form is none of theirs."""
    if "@" in identifier:
        return "agent"
    if _CUSTOMER.fullmatch(identifier):
        return "customer"
    return "bot" if _BOT.fullmatch(identifier) else None


def kind_at(body: Reader, path: str) -> str:
    """Raises Wrong."""
    kind = kind_of(body.id(path))
    if kind is None:
        raise body.wrong(path, "neither an agent's address, nor a customer's UUID, nor a bot's identifier")
    return kind


def group_at(body: Reader, path: str) -> str | None:
    """The queue: the first of the groups that see the chat."""
    group = next(body.each(path), None)
    return f"group-{group.id('')}" if group else None
