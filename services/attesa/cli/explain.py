"""Explains one session: from `attesa.state`, or from ClickHouse where that knows it no more."""

import asyncio
import json
import sys
from typing import Annotated, NamedTuple

import typer

from attesa import settings as environment
from attesa.cli.app import app
from attesa.cli.explain_page import WIDTH, page
from attesa.cli.terminal import terminal
from attesa.core.customers import Customers
from attesa.core.errors import AttesaError
from attesa.core.explained import Explanation, explanation_object
from attesa.core.explained.rows import explain_row, with_outcome
from attesa.core.explained.state import (
    Named,
    explain_afterwards,
    explain_found,
    find_customer,
    find_session,
    needed,
    readings,
)
from attesa.core.partition.placement import partition_of
from attesa.core.sessions import Sessions
from attesa.loader import lookup
from attesa.settings import Settings
from attesa.stream.looking import look

UNKNOWN_SESSION = 1


class Asked(NamedTuple):
    """Whose session is asked for, and what could not be asked meanwhile."""

    settings: Settings
    tenant: str
    names: list[Named]
    problems: list[str]


@app.command()
def explain(
    session: Annotated[str, typer.Argument(help="conversation/n, or a conversation: its newest session")],
    tenant: Annotated[str, typer.Option(help="whose session it is")] = "default",
    as_json: Annotated[bool, typer.Option("--json", help="one object, for programs")] = False,
) -> None:
    """Print a session's events, clocks, verdicts, counts and credits, each with its instant and reason.

    Example: `attesa explain 42/1 --tenant default`
    """
    asked = Asked(environment.load(), tenant, readings(session), [])
    found = explanation(asked)
    if found is None:
        print(f"attesa: {_unknown(asked, session)}", file=sys.stderr)
        raise typer.Exit(UNKNOWN_SESSION)
    if as_json:
        print(json.dumps(explanation_object(found), indent=2, ensure_ascii=False))
    else:
        console = terminal()
        console.print(page(found), width=min(WIDTH, console.width))


def explanation(asked: Asked) -> Explanation | None:
    """The session from the first place that knows it; None where no place does."""
    found = _from_state(asked) or _from_clickhouse(asked)
    if found is None:
        return None
    return found._replace(cannot_tell=[*asked.problems, *found.cannot_tell])


def _from_state(asked: Asked) -> Explanation | None:
    try:
        for named in asked.names:
            found = _state_of_session(asked, named)
            if found is not None:
                return found
    except AttesaError as error:
        asked.problems.append(f"attesa.state: {error}")
        return None
    asked.problems.append("attesa.state: it does not know the session (let go, or never folded)")
    return None


def _state_of_session(asked: Asked, named: Named) -> Explanation | None:
    settings, tenant = asked.settings, asked.tenant
    key = f"{tenant}:{named.conversation}".encode()
    partition = partition_of(key, settings.partitions)
    rows = asyncio.run(look(settings, partition, needed(Sessions.prefix, key)))
    found = find_session(rows, tenant, named, partition)
    if found is None:
        return None
    return _with_afterwards(asked, explain_found(found, _zone(asked)))


def _with_afterwards(asked: Asked, explained: Explanation) -> Explanation:
    """What became of it: from the customer's state, else from ClickHouse."""
    if explained.customer is None:
        told = [*explained.cannot_tell, "what became of it: no event names the customer"]
        return explained._replace(cannot_tell=told)
    try:
        found = _state_of_customer(asked, explained, explained.customer)
        if found is not None:
            return found
        outcome, orders = lookup.outcome_of(asked.settings, asked.tenant, explained.session)
        return with_outcome(explained, outcome, orders)
    except AttesaError as error:
        return explained._replace(cannot_tell=[*explained.cannot_tell, f"what became of it: {error}"])


def _state_of_customer(asked: Asked, explained: Explanation, customer: str) -> Explanation | None:
    settings, tenant = asked.settings, asked.tenant
    key = f"{tenant}:{customer}".encode()
    partition = partition_of(key, settings.partitions)
    rows = asyncio.run(look(settings, partition, needed(Customers.prefix, key)))
    found = find_customer(rows, tenant, customer, partition, settings.partitions)
    return None if found is None else explain_afterwards(explained, found, rows)


def _from_clickhouse(asked: Asked) -> Explanation | None:
    try:
        for named in asked.names:
            found = lookup.find(asked.settings, asked.tenant, *named)
            if found is not None:
                explained = explain_row(found.row, asked.settings.definitions, _zone(asked))
                return with_outcome(explained, found.outcome, found.orders)
    except AttesaError as error:
        asked.problems.append(f"ClickHouse: {error}")
        return None
    asked.problems.append("ClickHouse: no row of the session in the table sessions")
    return None


def _zone(asked: Asked) -> str:
    """The tenant's time zone: as configured here, else as ClickHouse has it, else UTC."""
    configured = asked.settings.definitions.tenants.get(asked.tenant)
    if configured is not None:
        return configured.time_zone
    try:
        return lookup.zone_of(asked.settings, asked.tenant) or "UTC"
    except AttesaError:
        return "UTC"


def _unknown(asked: Asked, session: str) -> str:
    """What was asked, and what a person can check."""
    key = f"{asked.tenant}:{asked.names[0].conversation}"
    partition = partition_of(key.encode(), asked.settings.partitions)
    return "\n  ".join(
        (
            f"no session {session!r} of tenant {asked.tenant!r}",
            *asked.problems,
            f"check the tenant (--tenant), and the name: the event's subject, key {key!r}",
            "check `attesa doctor`: the worker may be behind or held, a server away",
            f"check the table dead_letters of partition {partition} of attesa.events: refused, or late?",
        )
    )
