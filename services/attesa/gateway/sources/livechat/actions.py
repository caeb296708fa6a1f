"""The actions that LiveChat sends of which nothing follows, and why; older names beside today's."""

FORMER = {  # names of v3.1 and v3.2
    "incoming_chat_thread": "incoming_chat",
    "thread_closed": "chat_deactivated",
    "chat_thread_properties_updated": "thread_properties_updated",
    "chat_user_added": "user_added_to_chat",
    "agent_status_changed": "routing_status_set",
}
FAMILIES = {  # by how an action begins
    "agent_": "settings",
    "bot_": "settings",
    "group_": "settings",
    "tag_": "settings",
    "auto_access": "settings",
    "customer_": "a customer without a chat",
}
IGNORED = {
    "access_set": "who may see the chat",
    "access_granted": "who may see the chat",
    "access_revoked": "who may see the chat",
    "chat_access_updated": "who may see the chat",
    "chat_access_granted": "who may see the chat",
    "chat_access_revoked": "who may see the chat",
    "chat_properties_deleted": "properties of a chat, without its thread",
    "thread_properties_deleted": "a property taken away",
    "event_properties_updated": "properties of an event",
    "event_properties_deleted": "properties of an event",
    "event_updated": "an edit of what was told already",
    "event_deleted": "what was told stays told",
    "events_marked_as_seen": "a receipt",
    "incoming_rich_message_postback": "a button pressed",
    "incoming_sneak_peek": "a preview of what has not been sent",
    "incoming_typing_indicator": "typing",
    "chat_thread_properties_deleted": "a property taken away",
    "chat_thread_tagged": "a tag",
    "chat_thread_untagged": "a tag",
    "thread_tagged": "a tag",
    "thread_untagged": "a tag",
    "thread_summary_set": "a summary",
    "user_removed_from_chat": "who stays answers, and the end is told by itself",
    "chat_user_removed": "who stays answers, and the end is told by itself",
    "incoming_customer": "a customer without a chat",
    "customer_session_fields_updated": "what the page knows of the customer",
    "queue_positions_updated": "places in a queue",
    "follow_up_requested": "a wish to be answered later",
}


def reason(action: str) -> str | None:
    """Why an action says nothing that counts; None for one that is new."""
    return IGNORED.get(action) or next(
        (why for start, why in FAMILIES.items() if action.startswith(start)), None
    )
