"""Deliveries of Sunshine Conversations, written after its documented shapes, with invented values."""

PLATFORM = "sunshine_conversations"
BOT = {"id": "i1", "name": "bot", "integrationType": "custom"}
DESK = {"id": "i2", "name": "zd-agentWorkspace", "integrationType": "zd:agentWorkspace"}
CUSTOMER = {"type": "user", "userId": "u1", "displayName": "Ada", "user": {"id": "u1"}}
BUSINESS = {"type": "business", "displayName": "Bo", "avatarUrl": "https://chat.example/bo.png"}
WEB = {"type": "web", "integrationId": "w1"}


def clock(second):
    return f"2026-11-25T11:{second // 60:02d}:{second % 60:02d}.250Z"


def event(native, second, holds=None, **payload):
    conversation = {"id": "c1", "type": "personal"} | (
        {"activeSwitchboardIntegration": holds} if holds else {}
    )
    conversation |= payload.pop("conversation", {})
    return {
        "id": f"e-{native}-{second}",
        "createdAt": clock(second),
        "type": native,
        "payload": {"conversation": conversation, **payload},
    }


def message(name, second, author=CUSTOMER, holds=BOT, source=WEB, **content):
    content = {"type": "text", "text": "Hello?"} | content
    said = {"id": name, "received": clock(second), "author": author, "content": content, "source": source}
    return event("conversation:message", second + 2, holds, message=said)


def delivery(*events):
    return {"app": {"id": "a"}, "webhook": {"id": "w", "version": "v2"}, "events": list(events)}
