"""Every setting, its default and its meaning: for people, and for the README."""

from typing import Annotated

import typer
from rich.table import Table

from attesa.cli.app import app
from attesa.cli.terminal import terminal
from attesa.settings import PREFIX, Settings

MEANINGS = {
    "kafka_security": "how the brokers are spoken to",
    "kafka_sasl_mechanism": "where the security is SASL",
    "kafka_username": "for SASL",
    "kafka_password": "for SASL",
    "clickhouse_user": "who the loader, `migrate` and `report` are",
    "clickhouse_password": "of that user",
    "clickhouse_database": "made by `attesa migrate`",
    "gateway_port": "the gateway's port",
    "exporter_port": "of /metrics and the wallboard",
}


@app.command()
def settings(
    markdown: Annotated[bool, typer.Option(help="as a Markdown table")] = False,
) -> None:
    """List every setting with its default and its meaning.

    Example: `attesa settings`
    """
    if markdown:
        print(settings_table())
        return
    table = Table("variable", "default", "meaning")
    for row in _rows():
        table.add_row(*row)
    terminal().print(table)


def settings_table() -> str:
    """The settings as a Markdown table, as the README holds it."""
    rows = "\n".join(
        f"| `{name}` | {default and f'`{default}`'} | {meaning} |" for name, default, meaning in _rows()
    )
    return f"| variable | default | meaning |\n|---|---|---|\n{rows}"


def _rows() -> list[tuple[str, str, str]]:
    return [
        (PREFIX + name.upper(), _default(field.get_default()), field.description or MEANINGS[name])
        for name, field in Settings.model_fields.items()
    ]


def _default(value: object) -> str:
    text = str(value) if value is not None else ""
    return "" if "*" in text else text
