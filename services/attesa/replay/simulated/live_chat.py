"""The story of one simulated live chat: a bot perhaps, the wait, and an end of any kind."""

from random import Random
from typing import NamedTuple

from attesa.replay.simulated.places import Place
from attesa.replay.simulated.talk import Agent, first_words, goodbye, talk
from attesa.replay.simulated.writing import Conversation

CHANNEL = "live_chat"

# Shares of all chats; what is left over is answered, or abandoned where the wait outlasts the patience.
BOT_FIRST = 0.35
LEFT_IN_BOT = 0.25  # of those that a bot took first: served by it, or put off
INVALID = 0.005
REJECTED = 0.015
CLOSED_UNSEEN = 0.008
TIMED_OUT = 0.007
DECLINED_FIRST = 0.05
PROMISED = 0.3
PROMISES_SECONDS = (15, 30, 60, 120)
NOTICED_LATE = 0.2  # of the customers who leave

SLOW_SECONDS = (32.0, 150.0)
BAD_SECONDS = (185.0, 420.0)


class End(NamedTuple):
    """How a conversation ended, for what comes after: `replied_ms` is null where nobody replied."""

    at_ms: int
    replied_ms: int | None
    cut_off: bool  # by the business, against the customer's will


def live_chat(chat: Conversation, place: Place, agents: tuple[str, ...]) -> End:
    """Write one chat to its end."""
    random = chat.random
    bot_first = chat.happens(BOT_FIRST)
    _begin(chat, place, bot_first=bot_first)
    if chat.happens(INVALID):
        chat.later(1)
        chat.end("system", reason=random.choice(("spam", "test")))
        return End(chat.at_ms, None, cut_off=False)
    if bot_first:
        _talk_to_bot(chat)
        if chat.happens(LEFT_IN_BOT):
            chat.later(random.expovariate(1 / 20))
            chat.end("customer", **({"reason": "resolved"} if chat.happens(0.5) else {}))
            return End(chat.at_ms, None, cut_off=False)
        chat.later(1)
        chat.tell("session.transferred", kind="bot_to_person", to_queue=place.queue, with_context=True)
    else:
        chat.later(random.uniform(0.5, 4))
        chat.message("customer", 60)
    return _wait(chat, place, agents)


def _begin(chat: Conversation, place: Place, *, bot_first: bool) -> None:
    queue = {} if bot_first else {"queue": place.queue}
    chat.tell(
        "session.started",
        channel=CHANNEL,
        direction="inbound",
        by="customer",
        bot_first=bot_first,
        country=place.country,
        language=place.language,
        entry_point=chat.random.choice(("home", "product", "cart", "help")),
        customer=chat.customer,
        purpose="sales" if place.queue == "sales" else "support",
        form_fields=chat.random.choice((0, 0, 0, 1, 2, 4)),
        **queue,
    )


def _talk_to_bot(chat: Conversation) -> None:
    for _ in range(chat.random.randint(1, 3)):
        chat.later(chat.random.uniform(0.3, 1.2))
        chat.message("bot", 120)
        chat.later(chat.random.uniform(3, 15))
        chat.message("customer", 30)


def _wait(chat: Conversation, place: Place, agents: tuple[str, ...]) -> End:
    random = chat.random
    chat.later(0.05)
    promise = {"promised_wait_seconds": random.choice(PROMISES_SECONDS)} if chat.happens(PROMISED) else {}
    chat.tell("session.queued", queue=place.queue, position=random.randint(0, 6), **promise)
    fate = random.random()
    if fate < REJECTED:
        chat.later(0.1)
        chat.end("system", reason=random.choice(("full", "full", "nobody_on_duty")))
    elif fate < REJECTED + CLOSED_UNSEEN:
        chat.later(random.uniform(20, 90))
        chat.end("agent")
    elif fate < REJECTED + CLOSED_UNSEEN + TIMED_OUT:
        chat.later(random.uniform(200, 400))
        chat.end("timeout")
    else:
        wait_seconds = _wait_seconds(random, place)
        patience_seconds = random.expovariate(1 / place.patience_seconds)
        if patience_seconds >= wait_seconds:
            return _answer(chat, place, agents, wait_seconds)
        chat.later(patience_seconds)
        chat.end("customer", **({"reason": "lost_presence"} if chat.happens(NOTICED_LATE) else {}))
        return End(chat.at_ms, None, cut_off=False)
    return End(chat.at_ms, None, cut_off=True)


def _wait_seconds(random: Random, place: Place) -> float:
    if random.random() < place.quick:
        return min(29.0, 1 + random.lognormvariate(0, 0.6) * place.quick_median_seconds)
    return random.uniform(*(BAD_SECONDS if random.random() < place.bad else SLOW_SECONDS))


def _answer(chat: Conversation, place: Place, agents: tuple[str, ...], wait_seconds: float) -> End:
    first, second = chat.random.choice(agents), chat.random.choice(agents)
    chat.later(wait_seconds * 0.4)
    if wait_seconds > 80 and chat.happens(0.4):
        chat.message("customer", 15)  # "is anybody there?"
        chat.later(0.5)
    chat.tell("agent.assigned", agent=first, team=place.team, queue=place.queue)
    if chat.happens(DECLINED_FIRST):
        chat.later(wait_seconds * 0.1)
        chat.tell("agent.declined", agent=first, team=place.team, queue=place.queue)
        wait_seconds *= 0.9
        first = second
    chat.later(wait_seconds * 0.4)
    agent = Agent(chat, place, first)
    agent.joins()
    chat.later(wait_seconds * 0.2)
    replied_ms = chat.at_ms
    first_words(agent)
    cut_off = goodbye(talk(agent))
    return End(chat.at_ms, replied_ms, cut_off=cut_off)
