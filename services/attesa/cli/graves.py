"""What `attesa dead-letters` does: reads the topic, prints, and sends again."""

from collections import Counter, deque
from datetime import UTC, datetime

from attesa.cli.dead_letter_page import line, page
from attesa.core.errors import InputError
from attesa.gateway.dead_letters.buried import Asked, asked_for
from attesa.gateway.dead_letters.reviving import revive
from attesa.gateway.producing.answering import answering
from attesa.gateway.producing.publisher import Publisher
from attesa.settings import Settings


def asked(reason: str, source: str, tenant: str, since: datetime | None) -> Asked:
    """Which dead letters; `since` in UTC."""
    since_ms = int(since.replace(tzinfo=UTC).timestamp() * 1000) if since else 0
    return Asked(reason, source, tenant, since_ms)


async def print_newest(settings: Settings, wanted: Asked, newest: int) -> None:
    """Print the newest of them, the oldest first, and how many there are of each reason."""
    shown: deque[tuple[int, str]] = deque(maxlen=newest)
    reasons: Counter[str] = Counter()
    async for grave in asked_for(settings, wanted):
        reasons[grave.letter.reason] += 1
        shown.append((grave.letter.at, line(grave)))
    for _, text in sorted(shown):
        print(text)
    told = ", ".join(f"{count} {name}" for name, count in reasons.most_common())
    print(f"{reasons.total()} dead letters" + (f": {told}" if told else ""))


async def print_one(settings: Settings, place: str) -> None:
    """Print the one that lies there. Raises InputError where there is none."""
    async for grave in asked_for(settings, Asked()):
        if grave.place == place:
            print(page(grave))
            return
    raise InputError(f"no dead letter lies at {place}: `attesa dead-letters list` shows where they lie")


async def send_again(settings: Settings, wanted: Asked) -> None:
    """Send them by the way that they came, and print of each what became of it."""
    done: set[str] = set()
    outcomes: Counter[str] = Counter()
    publisher = Publisher(settings)
    async with publisher.kept() as keeping:
        await answering(publisher, keeping)
        async for grave in asked_for(settings, wanted):
            if grave.delivery in done:
                continue
            done.add(grave.delivery)
            if grave.raw is None:
                outcomes["without bytes"] += 1
                missing = "its bytes were not kept" if grave.sealed is None else "the key does not open it"
                print(f"{grave.place}: {missing}")
                continue
            now = datetime.now(UTC)
            revived = revive(grave.letter, grave.raw, settings.definitions, settings.secrets, now)
            if revived.records:
                await publisher.publish(revived.records)
                outcomes["events sent"] += len(revived.records)
                print(f"{grave.place}: sent {len(revived.records)} events")
            for one in revived.refused:
                outcomes["still dead"] += 1
                print(f"{grave.place}: {one.reason}: {one.path + ': ' if one.path else ''}{one.detail}")
    told = ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items()))
    print(told or "no dead letters of this kind")
