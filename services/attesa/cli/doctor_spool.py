"""What the gateway's spool holds: as the gateway that runs tells it, else as its file does."""

import http.client
import sqlite3
import time
from collections.abc import Iterator, Mapping

from prometheus_client.parser import text_string_to_metric_families

from attesa.cli.finding import Finding
from attesa.gateway.producing.spool_file import look
from attesa.settings import Settings
from attesa.slo.deliveries import SPOOL_ASIDE, SPOOL_OLDEST, SPOOL_RECORDS, WAITED_SECONDS

ANSWER_SECONDS = 2


def spool_findings(settings: Settings) -> Iterator[Finding]:
    """One, or none where no gateway runs here and none has ever spooled anything."""
    try:
        told = _told(settings) or _found(settings)
    except (sqlite3.Error, OSError) as error:
        yield Finding("spool", False, f"{settings.spool_dir} cannot be read, and no gateway answers: {error}")
        return
    if told:
        yield _finding(*(round(told[name]) for name in (SPOOL_RECORDS, SPOOL_ASIDE, SPOOL_OLDEST)))


def _finding(waiting: int, aside: int, oldest_seconds: int) -> Finding:
    text = f"{waiting:,} records wait for Kafka, the oldest for {oldest_seconds:,} s" if waiting else "empty"
    if waiting and oldest_seconds > WAITED_SECONDS:
        text += ": they go there as soon as a gateway runs and Kafka takes them"
    if aside:
        text += f"; {aside:,} lie aside, for Kafka refuses them: the gateway's log says why"
    return Finding("spool", not aside and oldest_seconds <= WAITED_SECONDS, text)


def _told(settings: Settings) -> Mapping[str, float]:
    """The gauges of the gateway that answers; empty where none does."""
    connection = http.client.HTTPConnection(settings.host, settings.gateway_port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/metrics")
        page = connection.getresponse().read().decode()
        samples = [one for family in text_string_to_metric_families(page) for one in family.samples]
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    found = {one.name: one.value for one in samples}
    return found if SPOOL_RECORDS in found else {}


def _found(settings: Settings) -> Mapping[str, float]:
    lying = look(settings.spool_dir)
    if lying is None:
        return {}
    waiting, aside = lying
    oldest_seconds = 0.0 if waiting.oldest_at is None else time.time() - waiting.oldest_at
    return {SPOOL_RECORDS: waiting.records, SPOOL_ASIDE: aside.records, SPOOL_OLDEST: oldest_seconds}
