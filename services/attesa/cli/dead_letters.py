"""`attesa dead-letters`: what could not be used, why, and sending it again once it can be."""

import asyncio
from collections import Counter, deque
from datetime import UTC, datetime
from typing import Annotated

import typer

from attesa import settings as environment
from attesa.cli.app import app
from attesa.cli.dead_letter_page import line, page
from attesa.core.errors import InputError
from attesa.gateway.answering import answering
from attesa.gateway.buried import Asked, asked_for
from attesa.gateway.publisher import Publisher
from attesa.gateway.reviving import revive

dead_letters = typer.Typer(no_args_is_help=True, help="What could not be used, and sending it again.")
app.add_typer(dead_letters, name="dead-letters")

REASON = Annotated[str, typer.Option(help="only those of this reason, such as unmapped")]
SOURCE = Annotated[str, typer.Option(help="only those of this source, such as chatwoot/shop")]
TENANT = Annotated[str, typer.Option(help="only those of this tenant")]
SINCE = Annotated[datetime | None, typer.Option(help="only those that died since then, in UTC")]


@dead_letters.command("list")
def list_them(
    reason: REASON = "",
    source: SOURCE = "",
    tenant: TENANT = "",
    since: SINCE = None,
    newest: Annotated[int, typer.Option(help="how many to show", min=1)] = 100,
) -> None:
    """List dead letters with their places, reasons and the paths of the fields; what they held is not shown.

    Example: `attesa dead-letters list --reason invalid --source chatwoot/shop`
    """
    settings = environment.load()
    shown: deque[tuple[int, str]] = deque(maxlen=newest)
    reasons: Counter[str] = Counter()

    async def collect() -> None:
        async for grave in asked_for(settings, _asked(reason, source, tenant, since)):
            reasons[grave.letter.reason] += 1
            shown.append((grave.letter.at, line(grave)))

    asyncio.run(collect())
    for _, text in sorted(shown):
        print(text)
    told = ", ".join(f"{count} {name}" for name, count in reasons.most_common())
    print(f"{reasons.total()} dead letters" + (f": {told}" if told else ""))


@dead_letters.command("show")
def show(place: Annotated[str, typer.Argument(help="as `list` writes it: 3:17", show_default=False)]) -> None:
    """Print one dead letter, and what it held where the key opens it: that is a customer's own words.

    Example: `attesa dead-letters show 3:17`
    """

    async def find() -> str:
        async for grave in asked_for(environment.load(), Asked()):
            if grave.place == place:
                return page(grave)
        raise InputError(f"no dead letter lies at {place}: `attesa dead-letters list` shows where they lie")

    print(asyncio.run(find()))


@dead_letters.command("replay")
def replay(reason: REASON = "", source: SOURCE = "", tenant: TENANT = "", since: SINCE = None) -> None:
    """Send dead letters again, by the way that they came; what had arrived is not counted twice.

    Example: `attesa dead-letters replay --reason unmapped --since 2026-01-31`
    """
    asyncio.run(_replay(_asked(reason, source, tenant, since)))


async def _replay(asked: Asked) -> None:
    settings = environment.load()
    done: set[str] = set()
    outcomes: Counter[str] = Counter()
    publisher = Publisher(settings)
    async with publisher.kept() as keeping:
        await answering(publisher, keeping)
        async for grave in asked_for(settings, asked):
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


def _asked(reason: str, source: str, tenant: str, since: datetime | None) -> Asked:
    since_ms = int(since.replace(tzinfo=UTC).timestamp() * 1000) if since else 0
    return Asked(reason, source, tenant, since_ms)
