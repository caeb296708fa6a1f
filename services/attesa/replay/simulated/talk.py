"""What agent and customer write to each other from the first reply on, and how it ends."""

from typing import Any

from attesa.replay.simulated.places import Place, place_of
from attesa.replay.simulated.writing import Conversation

# Shares of an agent's messages.
LONG = 0.06
VOICE = 0.02
TWO_QUESTIONS = 0.05
ONE_QUESTION = 0.3
SLOW = 0.08  # of the turns: the answer takes more than half a minute, and some write again
IN_PIECES = 0.05  # of the answers: three messages in a row
MANNERS = {"thanks": 0.15, "name": 0.2, "mirror_question": 0.12, "abbreviation": 0.06}
CLOSING = {"closing_summary": 0.25, "more_help": 0.4, "thanks": 0.5, "asks_rating": 0.03}  # of the last one

# Shares of the conversations.
HOLDING = 0.2
NOTED = 0.1
TRANSFERRED = 0.08
VIDEO_IN_SALES = 0.04
HUNG_UP = 0.03
THANKED = 0.6
RETURNED = 0.9  # of the thanks
RESOLVED = 0.75
STAGES = ("assistance", "demo", "demo", "tutorial", "bonus")


class Agent:
    """Who writes for the business in one leg."""

    def __init__(self, chat: Conversation, place: Place, name: str) -> None:
        self.chat = chat
        self.place = place
        self.name = name
        self.about = {"agent": name, "team": place.team}

    def joins(self) -> None:
        self.chat.tell("agent.accepted", queue=self.place.queue, **self.about)

    def notes(self) -> None:
        self.chat.message("agent", 60, visible=False, **self.about)

    def writes(self, mean_length: int = 110, /, *flags: str, **data: Any) -> None:
        chat = self.chat
        seen = [*flags, *(flag for flag, share in MANNERS.items() if chat.happens(share))]
        fate = chat.random.random()
        questions = 2 if fate < TWO_QUESTIONS else int(fate < TWO_QUESTIONS + ONE_QUESTION)
        more: dict[str, Any] = {"questions": questions, "flags": sorted(set(seen)), **self.about}
        if chat.happens(VOICE):
            more["kind"] = "voice"
        chat.message("agent", 450 if chat.happens(LONG) else mean_length, **{**more, **data})


def first_words(agent: Agent) -> None:
    """The first reply: a greeting, or "one moment" and then something useful."""
    chat = agent.chat
    manners = [flag for flag, share in (("greeting", 0.8), ("name", 0.5)) if chat.happens(share)]
    if not chat.happens(HOLDING):
        agent.writes(80, *manners)
        return
    agent.writes(30, *manners, "holding", questions=0)
    chat.later(8 + chat.random.expovariate(1 / 15))
    agent.writes(120)


def converse(agent: Agent, turns: int, seconds: float = 9.0) -> None:
    """So many turns of the customer, each of them answered after about so many seconds."""
    chat = agent.chat
    for _ in range(turns):
        chat.later(2 + chat.random.expovariate(1 / 18))
        chat.message("customer", 50)
        if chat.happens(SLOW):
            chat.later(31 + chat.random.expovariate(1 / 30))
            if chat.happens(0.5):
                chat.message("customer", 15)  # "are you there?"
                chat.later(1 + chat.random.expovariate(1 / 20))
        else:
            chat.later(3 + chat.random.expovariate(1 / seconds))
        for _ in range(3 if chat.happens(IN_PIECES) else 1):
            agent.writes()
            chat.later(2)


def talk(agent: Agent) -> Agent:
    """The middle of a conversation; the agent who has it then may be another one."""
    chat = agent.chat
    if chat.happens(NOTED):
        chat.later(1)
        agent.notes()
    converse(agent, chat.random.randint(1, 6))
    if agent.place.queue == "sales" and chat.happens(VIDEO_IN_SALES):
        chat.later(20)
        agent.writes(1, kind="video", stage=chat.random.choice(STAGES))
        converse(agent, 1)
    return transfer(agent) if chat.happens(TRANSFERRED) else agent


def transfer(agent: Agent) -> Agent:
    """To the other queue, with or without a note and a context."""
    chat = agent.chat
    queue = agent.place.queue
    other = place_of("support" if queue == "sales" else "sales", agent.place.country)
    if chat.happens(0.6):
        chat.later(4)
        agent.notes()
    chat.later(5)
    chat.tell(
        "session.transferred",
        kind="person_to_person",
        from_queue=queue,
        to_queue=other.queue,
        with_context=chat.happens(0.7),
    )
    chat.later(chat.random.expovariate(1 / 25))
    second = Agent(chat, other, agent.name.replace(agent.place.team, other.team))
    second.joins()
    chat.message("system", 40)
    chat.later(2)
    second.writes(80, "greeting")
    converse(second, chat.random.randint(1, 3))
    return second


def goodbye(agent: Agent) -> bool:
    """The end of an answered conversation; true where the customer was cut off."""
    chat = agent.chat
    if chat.happens(HUNG_UP):
        chat.later(6)
        chat.message("customer", 60)
        chat.later(10)
        chat.end("agent")
        return True
    chat.later(6)
    agent.writes(90, *(flag for flag, share in CLOSING.items() if chat.happens(share)))
    if chat.happens(THANKED):
        chat.later(2 + chat.random.expovariate(1 / 8))
        chat.message("customer", 12, flags=["courtesy"])
        if chat.happens(RETURNED):
            chat.later(3)
            agent.writes(20, questions=0)
    chat.later(chat.random.uniform(2, 30))
    by = chat.random.choices(("agent", "customer", "timeout"), weights=(60, 32, 8))[0]
    if by == "agent" and chat.happens(RESOLVED):
        chat.end(by, reason="resolved")
    else:
        chat.end(by)
    return by == "timeout"
