"""The embedded stack alone, in the foreground."""

import time

import typer
from rich.console import Console

from attesa import settings as environment
from attesa.cli.app import app
from attesa.embedded.stack import Stack

WATCH_SECONDS = 1.0


@app.command()
def up() -> None:
    """Run Kafka and ClickHouse here, without Docker, until Ctrl-C; prints the addresses to export.

    Example: `attesa up`
    """
    settings = environment.load()
    console = Console(highlight=False)
    stack = Stack(settings.data_dir, kafka_port=settings.kafka_port, clickhouse_port=settings.clickhouse_port)
    try:
        stack.start(console.print)
        console.print("\nIn the shells where services run:")
        for name, value in stack.settings_environment().items():
            console.print(f"  export {name}={value}")
        console.print("Then, once: attesa topics; attesa migrate. Ctrl-C stops both; the data stays.")
        while True:
            time.sleep(WATCH_SECONDS)
            stack.check()
    except KeyboardInterrupt:
        console.print("stopping")
        raise typer.Exit from None
    finally:
        stack.stop()
