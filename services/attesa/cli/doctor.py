"""What is reachable, in which version, and how far behind; each failing line says what to do."""

import asyncio
import http.client
from collections.abc import Iterator

import typer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from rich.console import Console

from attesa import settings as environment
from attesa.cli.app import app
from attesa.cli.doctor_sources import lag_findings, source_findings
from attesa.cli.doctor_spool import spool_findings
from attesa.cli.doctor_topics import topic_findings
from attesa.cli.finding import Finding
from attesa.cli.lag import lags
from attesa.core.errors import AttesaError
from attesa.embedded.services import SERVICES
from attesa.loader.migrate import status
from attesa.settings import Settings
from attesa.stream.topics import check_counts, partition_counts

ANSWER_SECONDS = 2


@app.command()
def doctor() -> None:
    """Check settings, Kafka, lag, ClickHouse, sources and services; exit code 1 when one is not well.

    Example: `attesa doctor`
    """
    settings = environment.load()
    console = Console(highlight=False, soft_wrap=True)
    kafka = asyncio.run(_kafka(settings))
    findings = [*_settings(settings), *kafka, *_clickhouse(settings)]
    if all(finding.subject not in ("Kafka", "topics") or finding.well for finding in kafka):
        findings += source_findings(settings)
    findings += [_service(settings, service.name, service.port) for service in SERVICES]
    findings += spool_findings(settings)
    for finding in findings:
        mark = "[green]ok  [/]" if finding.well else "[red]FAIL[/]"
        console.print(f"{mark} {finding.subject:<12} {finding.text}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


def _settings(settings: Settings) -> Iterator[Finding]:
    definitions = settings.definitions
    origin = settings.config or "the built-in defaults (ATTESA_CONFIG is not set)"
    yield Finding("definitions", True, f"{origin}; tenants {', '.join(sorted(definitions.tenants))}")
    if settings.dead_letter_key.get_secret_value():
        yield Finding("dead letters", True, "their bytes are kept, sealed")
    else:
        yield Finding("dead letters", True, "without their bytes: ATTESA_DEAD_LETTER_KEY is not set")


async def _kafka(settings: Settings) -> list[Finding]:
    admin = AIOKafkaAdminClient(**settings.kafka_client(), request_timeout_ms=5_000)
    try:
        await admin.start()
        cluster = await admin.describe_cluster()
        counts = await partition_counts(admin)
        found = [Finding("Kafka", True, f"{settings.kafka}, {len(cluster['brokers'])} broker(s)")]
        try:
            check_counts(counts, settings)
        except AttesaError as error:
            return [*found, Finding("topics", False, str(error))]
        found.append(Finding("topics", True, f"{len(counts)} with {settings.partitions} partitions each"))
        behind = await lags(settings, admin)
        return [*found, *lag_findings(behind), *[one async for one in topic_findings(settings, admin)]]
    except KafkaError as error:
        text = f"{settings.kafka} does not answer ({error}): start it (`attesa up`), or set ATTESA_KAFKA"
        return [Finding("Kafka", False, text)]
    finally:
        await admin.close()


def _clickhouse(settings: Settings) -> Iterator[Finding]:
    try:
        server, applied, pending = status(settings)
    except AttesaError as error:
        yield Finding("ClickHouse", False, str(error))
        return
    yield Finding("ClickHouse", True, f"{settings.clickhouse_url}, engine {server}")
    if pending:
        yield Finding("schema", False, f"{len(pending)} migrations are not applied: run `attesa migrate`")
    else:
        yield Finding("schema", True, f"version {applied} in database {settings.clickhouse_database}")


def _service(settings: Settings, name: str, setting: str) -> Finding:
    port = getattr(settings, setting)
    connection = http.client.HTTPConnection(settings.host, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace").strip()
        return Finding(name, answer.status == http.client.OK, f"port {port}: {text}")
    except (OSError, http.client.HTTPException):
        hint = f"start `attesa {name}`, or set ATTESA_{setting.upper()} and ATTESA_HOST"
        return Finding(name, False, f"nothing answers on {settings.host}:{port}: {hint}")
    finally:
        connection.close()
