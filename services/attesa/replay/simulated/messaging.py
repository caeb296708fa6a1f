"""Simulated conversations beside live chat: messaging and social ones, which customers take up again."""

from attesa.replay.simulated.live_chat import End
from attesa.replay.simulated.places import Place
from attesa.replay.simulated.talk import Agent, converse, first_words, goodbye
from attesa.replay.simulated.writing import Conversation

# The channel: its share of the arrivals, and the median of its first replies.
MESSAGING = 0.10
SOCIAL = 0.05
MEDIAN_SECONDS = {"chat": 300.0, "social": 500.0}

REOPENED = 0.35
CAMPAIGN = 0.08  # of messaging: the business writes first, and few answer
UNSEEN = 0.04
LATE = 0.04
LATE_SECONDS = (3_700.0, 14_000.0)
PUBLIC = 0.6  # of social
PHONE_COUNTRIES = {"IT": ("IT", "IT", "CH"), "DE": ("DE", "AT"), "FR": ("FR", "BE")}


def messaging(chat: Conversation, place: Place, agents: tuple[str, ...], channel: str) -> End:
    """A conversation of one or two sessions: the customer writes again after the first one's end."""
    outbound = channel == "chat" and chat.happens(CAMPAIGN)
    _begin(chat, place, channel, outbound=outbound)
    if outbound:
        return _campaign(chat)
    end = _session(chat, place, agents, channel)
    if end.replied_ms is None or not chat.happens(REOPENED):
        return end
    chat.later(60 + chat.random.expovariate(1 / 600))
    again = _session(chat, place, agents, channel)
    return End(again.at_ms, end.replied_ms, cut_off=again.cut_off)


def _begin(chat: Conversation, place: Place, channel: str, *, outbound: bool) -> None:
    random = chat.random
    about = {"visibility": "public" if chat.happens(PUBLIC) else "private"} if channel == "social" else {}
    if channel == "chat":
        about["phone_country"] = random.choice(PHONE_COUNTRIES[place.country])
    else:
        about["country"] = place.country
    chat.tell(
        "session.started",
        channel=channel,
        direction="outbound" if outbound else "inbound",
        by="system" if outbound else "customer",
        queue=place.queue,
        language=place.language,
        customer=chat.customer,
        purpose="marketing" if outbound else "sales" if place.queue == "sales" else "support",
        **about,
    )


def _campaign(chat: Conversation) -> End:
    chat.later(1)
    chat.message("agent", 140, kind="campaign")
    if chat.happens(0.2):
        chat.later(chat.random.expovariate(1 / 300))
        chat.message("customer", 20)
    chat.later(600)
    chat.end("system")
    return End(chat.at_ms, None, cut_off=False)


def _session(chat: Conversation, place: Place, agents: tuple[str, ...], channel: str) -> End:
    random = chat.random
    chat.later(0.5)
    chat.message("customer", 120)
    if chat.happens(UNSEEN):
        chat.later(random.uniform(600, 1_800))
        chat.end("agent")
        return End(chat.at_ms, None, cut_off=True)
    wait_seconds = random.lognormvariate(0, 0.9) * MEDIAN_SECONDS[channel]
    if chat.happens(LATE):
        wait_seconds = random.uniform(*LATE_SECONDS)
    chat.later(2)
    if channel == "chat":
        chat.message("agent", 60, kind="automatic")
    chat.later(wait_seconds)
    agent = Agent(chat, place, random.choice(agents))
    agent.joins()
    chat.later(3)
    replied_ms = chat.at_ms
    first_words(agent)
    converse(agent, random.randint(0, 4), seconds=random.choice((20.0, 20.0, 240.0)))
    cut_off = goodbye(agent)
    return End(chat.at_ms, replied_ms, cut_off=cut_off)
