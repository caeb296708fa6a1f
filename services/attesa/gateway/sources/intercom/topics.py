"""The topics that Intercom sends: which of them speak, and why the others say nothing that counts."""

BEGINNINGS = frozenset({"conversation.user.created", "conversation.admin.single.created"})
SPOKEN = frozenset(
    {
        "conversation.user.replied",
        "conversation.admin.replied",
        "conversation.admin.noted",
        "conversation.admin.assigned",
        "conversation.admin.closed",
        "conversation.operator.replied",
    }
)
QUIET = frozenset(
    {
        "conversation.admin.opened",
        "conversation.admin.open.assigned",
        "conversation.admin.snoozed",
        "conversation.admin.unsnoozed",
    }
)
RATED = "conversation.rating.added"
MERGED = "contact.merged"
SESSIONS_OF_AGENTS = {"admin.logged_in": "available", "admin.logged_out": "offline"}
AWAY = "admin.away_mode_updated"
TICKET_CLOSED = "ticket.closed"
TICKETS = frozenset(
    {
        "ticket.admin.replied",
        "ticket.contact.replied",
        "ticket.note.created",
        "ticket.admin.assigned",
        "ticket.team.assigned",
    }
)

IGNORED = {
    "ping": "a test of the webhook",
    "conversation.read": "a receipt",
    "conversation.deleted": "a conversation was deleted",
    "conversation.priority.updated": "a priority",
    "conversation.contact.attached": "a member of a group",
    "conversation.contact.detached": "a member of a group",
    "conversation.company.updated": "the customer's company",
    "conversation_part.tag.created": "a tag on a part that was told before",
    "conversation_part.redacted": "a part that was told before",
    "conversation.rating.remark.added": "a remark on an answer that was told before",
    "conversation.admin.replied.translated": "a reply that was told before",
    "ticket.admin.replied.translated": "a reply that was told before",
    "ticket.created": "a ticket: what is written in it is told by its replies",
    "ticket.state.updated": "the state of a ticket",
    "ticket.resolved": "the state of a ticket",
    "ticket.attribute.updated": "a field of a ticket",
    "ticket.contact.attached": "a member of a group",
    "ticket.contact.detached": "a member of a group",
}
FAMILIES = {  # by the first word of a topic: of these no conversation is told
    "admin": "the settings of agents",
    "api": "a request to Intercom",
    "article": "an article",
    "call": "a telephone call",
    "company": "a company",
    "contact": "a contact without a conversation",
    "content_stat": "the success of a campaign",
    "data_connector": "an integration",
    "event": "what a customer did outside the chat",
    "granular": "a subscription to mails",
    "job": "an export",
    "messenger": "a setting",
    "procedure": "a step of an automation",
    "user": "a contact without a conversation",
    "visitor": "a contact without a conversation",
}


def reason(topic: str) -> str | None:
    """Why a topic says nothing that counts; None for one that is new."""
    return IGNORED.get(topic) or FAMILIES.get(topic.partition(".")[0])
