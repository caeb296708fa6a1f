"""Who is who in a room: a visitor, an agent, a machine that looks like one, the system."""

from typing import Any

from attesa.gateway.sources.reading import Reader
from attesa.gateway.sources.telling import Telling

SYSTEM_USER = "rocket.cat"  # writes notices, and closes rooms after a time-out
APPS_USER = ".bot"  # how the accounts of apps end


def author_of(message: Reader, body: Reader, to: Telling) -> str:
    """`agentId` stands where the name is not the visitor's: on bots and on the system too."""
    if not message.has("agentId"):
        same = message.text("username") == body.text("visitor.username")
        return "customer" if same else "system"
    if is_system(message):
        return "system"
    return "bot" if is_machine(message, to) else "agent"


def authors(body: Reader, to: Telling) -> set[str]:
    """Who has written so far; messages that cannot be read are told as such elsewhere."""
    told = (each for each in body.each("messages") if not is_no_message(each))
    return {author_of(each, body, to) for each in told if isinstance(each.get("username"), str)}


def is_no_message(message: Reader) -> bool:
    """The text of the closing, which stands behind it; the visitor's going to another page."""
    return message.flag("closingMessage") or message.has("navigation")


def bot_alone(body: Reader, to: Telling) -> bool:
    """Nobody but bots has answered: who had the room before is told of an agent's forwarding only."""
    told = authors(body, to)
    return "bot" in told and "agent" not in told


def is_machine(who: Reader, to: Telling) -> bool:
    """Bots are users like others; their names are told in the configuration."""
    names = _names(who)
    return bool(names & to.context.bots) or any(name.endswith(APPS_USER) for name in names)


def is_system(who: Reader) -> bool:
    return SYSTEM_USER in _names(who)


def _names(who: Reader) -> set[Any]:
    found = (who.get(path) for path in ("_id", "agentId", "username", "u.username"))
    return {name for name in found if isinstance(name, str)}
