"""Per platform a conversation in its own payloads, and the facts that it says: those of the adapters' tests.

The facts are what those tests hold, worked out by hand from the scripts; here they are asked of ClickHouse.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.gateway.sources import connect_making, intercom_bodies, livechat_making, whatsapp_bodies
from tests.gateway.sources.test_amazon_connect_conversations import conversation as connect
from tests.gateway.sources.test_chatwoot_whole import STORY as CHATWOOT
from tests.gateway.sources.test_intercom_whole import story as intercom
from tests.gateway.sources.test_livechat_conversations import conversation as livechat
from tests.gateway.sources.test_rocketchat_conversation import a_chat_with_a_transfer
from tests.gateway.sources.test_segment import CALL
from tests.gateway.sources.test_shopify import ORDER
from tests.gateway.sources.test_sunshine_whole import conversation as sunshine
from tests.gateway.sources.test_whatsapp_whole import story as whatsapp
from tests.integration.platforms import team_story
from tests.integration.platforms.sending import Told

ELEVEN = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)  # where most scripts begin
PSEUDONYMS = {team_story.ADA: "c-4f1d", team_story.ANN: "a-90aa", team_story.BOB: "a-77be"}


@dataclass(frozen=True)
class Script:
    """`began` of the script becomes `ago_seconds` before now.

    `renamed`: identifiers too short to be looked for, and longer ones. `private`: what may be seen nowhere
    behind the gateway. `facts`: columns of sessions_final; of a shop of orders.
    """

    told: list[Told]
    facts: dict[str, Any]
    private: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    began: datetime = ELEVEN
    ago_seconds: int = 400
    tenant: str = ""


def _bodies(*bodies: Any) -> list[Told]:
    return [Told(body) for body in bodies]


def _told(**facts: Any) -> dict[str, Any]:
    """Facts, and what no script tells otherwise: a chat that was answered, no survey, no country."""
    usual = {
        "outcome": "answered", "channel": "live_chat", "queue": "unknown", "country": "unknown",
        "language": None, "pickup_ms": None, "bot_ms": None, "transfers": 0, "nps": None, "csat": None,
        "csat_scale": None, "influence": None, "would_have_bought": None, "survey_asked": 0,
    }  # fmt: skip
    return usual | facts


AMAZON_CONNECT = Script(
    _bodies(*connect(), connect_making.presence("LOGIN", "Available", 0)),
    _told(
        queue="sales", wait_ms=45_000, pickup_ms=30_000, bot_ms=20_000, total_ms=160_000, transfers=1,
        ended_by="customer", ended_reason=None, customer_messages=3, agent_messages=2, bot_messages=0,
        next_replies=1, next_reply_ms=50_000,
    ),
    ("ann-7", "bob-8", "p-CUSTOMER", "Good morning", "Anybody?", "for the colleagues"),
)  # fmt: skip

CHATWOOT_CUSTOMER = 90_210_077
CHATWOOT = Script(
    _bodies(*CHATWOOT),
    _told(
        queue="sales", wait_ms=44_500, bot_ms=30_500, total_ms=210_000, ended_by="agent",
        ended_reason="resolved",
        customer_messages=3, agent_messages=2, bot_messages=1, next_replies=0, next_reply_ms=0,
        survey_asked=1, csat=5.0, csat_scale="1-5", converted=1,
    ),
    (str(CHATWOOT_CUSTOMER), "30300033", "Ada Bianchi", "una persona, per favore", "Buongiorno Ada"),
    {
        '"id": 9,': f'"id": {CHATWOOT_CUSTOMER},',
        '{"id": 3, "type": "user"': '{"id": 30300033, "type": "user"',
        '"current_value": 3}': '"current_value": 30300033}',
    },
)  # fmt: skip

INTERCOM = Script(
    _bodies(*intercom()),
    _told(
        queue="7", wait_ms=40_000, total_ms=300_000, transfers=1, ended_by="agent", ended_reason="resolved",
        customer_messages=2, agent_messages=2, bot_messages=0, next_replies=1, next_reply_ms=40_000,
        survey_asked=1, csat=5.0, csat_scale="1-5",
    ),
    ("contact-u1-77310", "admin-11-4471", "ada@shop.example", "bo@desk.example", "And tomorrow?"),
    {'"u1"': '"contact-u1-77310"', '"11"': '"admin-11-4471"'},
    began=datetime.fromtimestamp(intercom_bodies.BEGAN_S, UTC),
)  # fmt: skip

LIVECHAT = Script(
    _bodies(*(body for body, _ in livechat())),
    _told(
        queue="group-1", country="IT", wait_ms=43_000, total_ms=178_000, transfers=1, ended_by="customer",
        ended_reason=None, customer_messages=2, agent_messages=2, bot_messages=0, next_replies=1,
        next_reply_ms=60_000, csat=1.0, csat_scale="0-1",
    ),
    (
        livechat_making.ADA, livechat_making.ANN, livechat_making.BOB, "ada@home.example", "Good morning",
        "Where is my order?", "for the colleague", "Very good",
    ),
)  # fmt: skip

ROCKETCHAT = Script(
    _bodies(*(body for body, _ in a_chat_with_a_transfer().deliveries)),
    _told(
        queue="sales", wait_ms=41_000, pickup_ms=30_000, total_ms=200_000, transfers=1, ended_by="customer",
        ended_reason=None, customer_messages=2, agent_messages=2, bot_messages=0, next_replies=1,
        next_reply_ms=40_000,
    ),
    ("visitor-v9-20417", "guest-3", "ada@example.com", "id-ann", "id-bob", "Hello?"),
    {'"v9"': '"visitor-v9-20417"'},
)  # fmt: skip

SUNSHINE_CUSTOMER = "user-u1-51077"
SUNSHINE_CONVERSATIONS = Script(
    _bodies(*sunshine()),
    _told(
        wait_ms=45_000, bot_ms=30_000, total_ms=130_000, ended_by="agent", ended_reason=None,
        customer_messages=3, agent_messages=2, bot_messages=1, next_replies=1, next_reply_ms=10_000,
        converted=1,
    ),
    (SUNSHINE_CUSTOMER, "Hello?", "You are welcome"),
    {'"u1"': f'"{SUNSHINE_CUSTOMER}"'},
)  # fmt: skip

WHATSAPP_CLOUD = Script(
    _bodies(*whatsapp()),
    _told(
        channel="chat", country="IT", wait_ms=90_000, total_ms=None, ended_by=None, ended_reason=None,
        customer_messages=3, agent_messages=2, bot_messages=0, next_replies=1, next_reply_ms=30_000,
        csat=5.0, csat_scale="1-5",
    ),
    (whatsapp_bodies.NUMBER, whatsapp_bodies.name(1), "Good morning", "Also on Sunday?"),
    began=datetime.fromtimestamp(whatsapp_bodies.BEGAN_S, UTC),
    ago_seconds=450,
)  # fmt: skip

_TEAM_FACTS = _told(
    queue="orders", country="DE", language="de", wait_ms=45_000, pickup_ms=30_000, bot_ms=10_000,
    total_ms=170_000, transfers=1, ended_by="customer", ended_reason="resolved", customer_messages=2,
    agent_messages=2, bot_messages=1, next_replies=1, next_reply_ms=45_000, survey_asked=1, nps=9.0, csat=4.0,
    csat_scale="1-5", influence=4, would_have_bought=0, converted=1,
)  # fmt: skip


def _in_every_mode() -> list[Told]:
    """The opening in batches, the rest by turns binary and structured."""
    events = team_story.as_cloudevents(PSEUDONYMS)
    told = [Told(events[:4], {"content-type": "application/cloudevents-batch+json"})]
    for place, event in enumerate(events[4:]):
        if place % 2:
            told.append(Told(event, {"content-type": "application/cloudevents+json"}))
        else:
            told.append(Told(event["data"], {f"ce-{name}": event[name] for name in event if name != "data"}))
    return told


CLOUDEVENTS = Script(_in_every_mode(), _TEAM_FACTS)
STANDARD_WEBHOOKS = Script(
    [Told(body, {"webhook-id": name}) for name, body in team_story.as_standard_webhooks()],
    _TEAM_FACTS,
    (team_story.ADA, team_story.ANN, team_story.BOB),
)


def _hints(conversation: str, customer: str) -> dict[str, str]:
    """What a shop's pages hand on: which chat it was, and whose, by the chat platform's own ids."""
    return {"attesa_conversation": conversation, "attesa_customer": customer}


_NOTED = _hints("chatwoot/main/7", f"chatwoot/main/{CHATWOOT_CUSTOMER}")
_ORDER = ORDER | {"note_attributes": [{"name": name, "value": value} for name, value in _NOTED.items()]}
SHOPIFY = Script(
    [Told(_ORDER, {"x-shopify-topic": f"orders/{topic}"}) for topic in ("create", "paid")],
    {"order_id": str(ORDER["id"]), "value_minor": 40_300, "currency": "EUR"},
    ("Ada@example.com", "ada@example.com", str(ORDER["customer"]["id"])),
    began=datetime.fromisoformat(ORDER["created_at"]),
    ago_seconds=20,
    tenant="chatwoot",
)

_JOINED = _hints("sunshine_conversations/main/c1", f"sunshine_conversations/main/{SUNSHINE_CUSTOMER}")
SEGMENT = Script(
    _bodies(CALL | {"properties": CALL["properties"] | _JOINED}),
    {"order_id": CALL["properties"]["order_id"], "value_minor": 2_750, "currency": "EUR"},
    ("segment-user-u-7-9902",),
    {'"u-7"': '"segment-user-u-7-9902"'},
    began=datetime.fromisoformat(CALL["timestamp"]),
    ago_seconds=20,
    tenant="sunshine_conversations",
)

CHATS = {
    "amazon_connect": AMAZON_CONNECT,
    "chatwoot": CHATWOOT,
    "cloudevents": CLOUDEVENTS,
    "intercom": INTERCOM,
    "livechat": LIVECHAT,
    "rocketchat": ROCKETCHAT,
    "standard_webhooks": STANDARD_WEBHOOKS,
    "sunshine_conversations": SUNSHINE_CONVERSATIONS,
    "whatsapp_cloud": WHATSAPP_CLOUD,
}
SHOPS = {"segment": SEGMENT, "shopify": SHOPIFY}
SCRIPTS = CHATS | SHOPS


def tenant_of(platform: str) -> str:
    """A shop's orders are its chat's tenant's; each other platform is a tenant of its own."""
    return SCRIPTS[platform].tenant or platform
