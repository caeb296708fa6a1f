"""One command per service."""

import asyncio
import sys

from attesa import settings as environment
from attesa.cli.app import app


@app.command()
def stream() -> None:
    """Run a worker: fold events into facts and panes.

    Example: `ATTESA_KAFKA=broker:9092 attesa stream`
    """
    from attesa.stream.service import run  # noqa: PLC0415

    sys.exit(run(environment.load()))


@app.command()
def topics() -> None:
    """Make the topics that are absent, and check the partition counts of the others.

    Example: `ATTESA_PARTITIONS=12 ATTESA_REPLICATION=3 attesa topics`
    """
    from attesa.stream.topics import create_topics  # noqa: PLC0415

    made = asyncio.run(create_topics(environment.load()))
    print(f"made {', '.join(made)}" if made else "all topics are there")
