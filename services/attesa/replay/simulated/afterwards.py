"""What comes of a simulated conversation: surveys, orders and refunds, one customer under two names."""

from collections.abc import Iterator
from typing import Any

from attesa.replay.simulated.live_chat import End
from attesa.replay.simulated.places import CURRENCY, Place
from attesa.replay.simulated.writing import SHOP, SOURCE, Conversation, Timed, told

ASKED = 0.6  # of the answered
ASKED_TOO_EARLY = 0.05  # of the asked: before the end, while the customer waits
ANSWERED = 0.35
QUESTIONS = (("nps", "0-10"), ("csat", "1-5"))
NPS_WEIGHTS = (2, 1, 1, 1, 1, 3, 4, 10, 20, 28, 29)
CSAT_WEIGHTS = (4, 5, 12, 34, 45)
INFLUENCE_WEIGHTS = (8, 12, 25, 30, 25)
WOULD_HAVE_BOUGHT = 0.55
ANSWERS_AS_BUYER = 0.6

SUPPORTED_BUYS = 0.1  # how much less often support leads to an order than sales
MINUTES_TO_ORDER = 8
HINTED = 0.4  # the shop knows the conversation
TOLD_TWICE = 0.1
TEST = 0.02
REFUNDED = 0.06
WHOLE = 0.7
LINKED = 0.02


def afterwards(chat: Conversation, place: Place, end: End) -> list[Timed]:
    """Everything that follows, in the order of time."""
    if end.replied_ms is None:
        return []
    found = list(_survey(chat, end))
    buys = place.buys if place.queue == "sales" else place.buys * SUPPORTED_BUYS
    if chat.happens(buys):
        found += _order(chat, end)
    if chat.happens(LINKED):
        about = {"same_as": f"{chat.customer}-app"}
        found.append(_of_customer(chat, "customer.linked", end.at_ms + 60_000, "app", **about))
    return sorted(found, key=lambda one: one[0])


def order_alone(chat: Conversation) -> list[Timed]:
    """A customer who buys without a word to anybody."""
    order = {"order_id": f"o-{chat.subject}", "value": _written(_cents(chat)), "currency": CURRENCY}
    return [_of_customer(chat, "purchase.made", chat.at_ms, "order", **order)]


def _survey(chat: Conversation, end: End) -> Iterator[Timed]:
    random = chat.random
    if not chat.happens(ASKED):
        return
    question, scale = random.choice(QUESTIONS)
    asked_ms = end.at_ms - 500 if chat.happens(ASKED_TOO_EARLY) else end.at_ms + 800
    yield _of_chat(chat, "survey.requested", asked_ms, f"asked-{question}", question=question, scale=scale)
    if chat.happens(ANSWERED):
        weights = NPS_WEIGHTS if question == "nps" else CSAT_WEIGHTS
        value = random.choices(range(int(scale[0]), len(weights) + int(scale[0])), weights=weights)[0]
        at_ms = asked_ms + round(1_000 * random.expovariate(1 / 40)) + 1_000
        yield _of_chat(
            chat, "survey.answered", at_ms, f"told-{question}", question=question, scale=scale, value=value
        )


def _order(chat: Conversation, end: End) -> Iterator[Timed]:
    random = chat.random
    assert end.replied_ms is not None
    at_ms = end.replied_ms + 60_000 + round(random.expovariate(1 / MINUTES_TO_ORDER) * 60_000)
    cents = _cents(chat)
    order: dict[str, Any] = {"order_id": f"o-{chat.subject}", "value": _written(cents), "currency": CURRENCY}
    if chat.happens(HINTED):
        order["conversation"] = chat.subject
    if chat.happens(TEST):
        order["test"] = True
    yield _of_customer(chat, "purchase.made", at_ms, "order", **order)
    if chat.happens(TOLD_TWICE):
        yield _of_customer(chat, "purchase.made", at_ms + 2_000, "order-by-webhook", **order)
    if chat.happens(ANSWERS_AS_BUYER):
        yield from _influence(chat, max(at_ms, end.at_ms) + 30_000)
    if chat.happens(REFUNDED):
        back = cents if chat.happens(WHOLE) else cents // 2
        refund_ms = at_ms + round(random.uniform(300, 3_600) * 1_000)
        yield _of_customer(
            chat, "purchase.refunded", refund_ms, "refund", **{**order, "value": _written(back)}
        )


def _influence(chat: Conversation, at_ms: int) -> Iterator[Timed]:
    value = chat.random.choices(range(1, 6), weights=INFLUENCE_WEIGHTS)[0]
    influence = {"question": "influence", "scale": "1-5", "value": value}
    yield _of_chat(chat, "survey.answered", at_ms, "told-influence", **influence)
    anyway = {"question": "would_have_bought", "scale": "0-1", "value": int(chat.happens(WOULD_HAVE_BOUGHT))}
    yield _of_chat(chat, "survey.answered", at_ms + 4_000, "told-anyway", **anyway)


def _cents(chat: Conversation) -> int:
    return 990 + round(chat.random.expovariate(1 / 6_000))


def _written(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _of_chat(chat: Conversation, what: str, at_ms: int, name: str, **data: Any) -> Timed:
    return told(what, at_ms, chat.tenant, chat.subject, name, SOURCE, **data)


def _of_customer(chat: Conversation, what: str, at_ms: int, name: str, **data: Any) -> Timed:
    return told(what, at_ms, chat.tenant, chat.customer, f"{chat.subject}:{name}", SHOP, **data)
