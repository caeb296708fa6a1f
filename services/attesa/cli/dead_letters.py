"""`attesa dead-letters`: what could not be used, why, and sending it again once it can be."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer

from attesa import settings as environment
from attesa.cli.app import app

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
    from attesa.cli.graves import asked, print_newest  # noqa: PLC0415  the adapters are slow to load

    asyncio.run(print_newest(environment.load(), asked(reason, source, tenant, since), newest))


@dead_letters.command("show")
def show(place: Annotated[str, typer.Argument(help="as `list` writes it: 3:17", show_default=False)]) -> None:
    """Print one dead letter, and what it held where the key opens it: that is a customer's own words.

    Example: `attesa dead-letters show 3:17`
    """
    from attesa.cli.graves import print_one  # noqa: PLC0415

    asyncio.run(print_one(environment.load(), place))


@dead_letters.command("replay")
def replay(reason: REASON = "", source: SOURCE = "", tenant: TENANT = "", since: SINCE = None) -> None:
    """Send dead letters again, by the way that they came; what had arrived is not counted twice.

    Example: `attesa dead-letters replay --reason unmapped --since 2026-01-31`
    """
    from attesa.cli.graves import asked, send_again  # noqa: PLC0415

    asyncio.run(send_again(environment.load(), asked(reason, source, tenant, since)))
