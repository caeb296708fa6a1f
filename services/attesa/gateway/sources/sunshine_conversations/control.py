"""Who answers in a conversation: the switchboard's integrations, and what Zendesk writes into metadata."""

from attesa.gateway.sources.reading import Reader

PERSONS_TYPE = "zd:agentWorkspace"
BOTS_TYPE = "zd:answerBot"
# Of an integration of the switchboard that is not Zendesk's own: the name says who answers there.
PERSONS_NAMES = frozenset(
    {
        "zd-agentworkspace",
        "zd:agentworkspace",
        "agentworkspace",
        "agent",
        "agents",
        "human",
        "humans",
        "person",
    }
)
AGENT = "__zendesk_msg.agent.id"
GROUP = "dataCapture.systemField.group_id"
TRIGGER = "__trigger"  # in place of an agent's id: an automation of Zendesk's
AUTOMATIC_NAME = "Automated Response"


def bot_holds(payload: Reader) -> bool:
    """Without a switchboard nobody but persons answers."""
    integration = payload.child("conversation").maybe_child("activeSwitchboardIntegration")
    return integration is not None and not is_persons(integration)


def is_persons(integration: Reader) -> bool:
    kind = integration.maybe_text("integrationType")
    if kind in {PERSONS_TYPE, BOTS_TYPE}:
        return kind == PERSONS_TYPE
    return (integration.maybe_text("name") or "").lower() in PERSONS_NAMES


def author_of(payload: Reader, message: Reader) -> str:
    """Told are user and business: who sent it or holds control tells bots and persons apart. Raises Wrong."""
    kind = message.text("author.type")
    if kind == "user":
        return "customer"
    if kind != "business":
        raise message.wrong("author.type", "user or business")
    subtypes = _subtypes(message)
    if "ai" in subtypes:
        return "bot"
    if is_automatic(message):
        return "system"
    sender = message.maybe_text("source.type")
    if sender == PERSONS_TYPE or agent_of(message):
        return "agent"
    return "bot" if sender == BOTS_TYPE or bot_holds(payload) else "agent"


def is_automatic(message: Reader) -> bool:
    """Sent by a trigger, by the question how it was, or by the system, in the name of persons."""
    told = metadata(message)
    named = told.get(AGENT)
    return (
        (AGENT in told and named in (None, "", TRIGGER))
        or told.get("type") == "csat"
        or message.get("author.displayName") == AUTOMATIC_NAME
        or "activity" in _subtypes(message)
    )


def agent_of(message: Reader) -> str | None:
    """The agent's own id, where Zendesk writes it."""
    named = metadata(message).get(AGENT)
    return str(named) if isinstance(named, int | str) and named not in {"", TRIGGER} else None


def group_of(payload: Reader) -> str | None:
    """The group to which control is handed, where the bot names it."""
    named = metadata(payload).get(GROUP)
    return f"group-{named}" if isinstance(named, int | str) and str(named) else None


def metadata(reader: Reader) -> dict[str, object]:
    """Its names have dots in them."""
    value = reader.get("metadata")
    return value if isinstance(value, dict) else {}


def _subtypes(message: Reader) -> set[str]:
    return {each.value.lower() for each in message.each("author.subtypes") if isinstance(each.value, str)}
