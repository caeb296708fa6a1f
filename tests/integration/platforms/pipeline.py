"""attesa's four services as processes, behind one broker and one database, for all platforms at once."""

import asyncio
import json
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from prometheus_client.parser import text_string_to_metric_families
from tests.integration.platforms.left_scripts import SOURCES
from tests.integration.platforms.local_sns import LocalSns
from tests.integration.platforms.retimed import moving
from tests.integration.platforms.sending import Post, Senders, Told
from tests.integration.running import until
from tests.integration.servers import ClickHouse

from attesa.cli.lag import lags
from attesa.core import metrics
from attesa.embedded.services import Services
from attesa.loader.client import connect
from attesa.loader.migrate import migrate
from attesa.settings import Settings, child_environment
from attesa.stream.topics import connect as administering
from attesa.stream.topics import create_topics

PARTITIONS = 4
TOPIC = "arn:aws:sns:eu-central-1:123456789012:chats"
PSEUDONYMS = "a key that makes pseudonyms of everybody"
SEED = 4

Sample = tuple[str, dict[str, str], float]


@dataclass
class Pipeline:
    """`sent`: the bodies of all deliveries; `answers`: to each its source, the status, and the body."""

    settings: Settings
    services: Services
    senders: Senders
    sns: LocalSns
    sent: list[bytes] = field(default_factory=list)
    answers: list[tuple[str, int, bytes]] = field(default_factory=list)

    def deliver(self) -> None:
        """Every script, each delivery twice, all of them in one order that is drawn."""
        posts = [post for source in SOURCES for post in self._posts(source)]
        with httpx.Client(base_url=self.services.url("gateway"), timeout=30, trust_env=False) as client:
            for post in random.Random(SEED).sample(posts, len(posts)):
                answer = client.post(f"/v1/sources/{post.source}", content=post.raw, headers=post.headers)
                self.sent.append(post.raw)
                self.answers.append((post.source, answer.status_code, answer.content))

    def _posts(self, source: str) -> Iterator[Post]:
        script, now = SOURCES[source], datetime.now(UTC).replace(microsecond=0)
        move = moving(script.began, now - timedelta(seconds=script.ago_seconds))
        for told in script.told:
            text = move(json.dumps(told.body))
            for short, long in script.renamed.items():
                text = text.replace(short, long)
            moved = Told(json.loads(text), {name: move(value) for name, value in told.headers.items()})
            for attempt in (1, 2):
                yield self.senders.post(source, moved, attempt)

    def settle(self) -> str:
        """Until all that was sent is counted, in ClickHouse and on /metrics; the last of its pages."""
        until("everything to be folded and loaded", self._settled)
        since = time.time()
        until("/metrics to be as new", lambda: self._shown_until() >= since)
        return self.page("exporter")

    def _settled(self) -> bool:
        async def behind() -> dict[str, int]:
            admin = await administering(self.settings)
            try:
                return await lags(self.settings, admin)
            finally:
                await admin.close()

        return not any(asyncio.run(behind()).values())

    def _shown_until(self) -> float:
        shown = samples(self.page("exporter"))
        return min((value for name, _, value in shown if name == metrics.PARTITION_PROGRESS), default=0)

    def page(self, service: str) -> str:
        return httpx.get(f"{self.services.url(service)}/metrics", trust_env=False, timeout=30).text

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """What an analyst's query gives, by column."""
        with connect(self.settings) as client:
            return list(client.query(sql).named_results())

    def attesa(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command as a person runs it beside this system."""
        command = [sys.executable, "-m", "attesa", *arguments]
        environment = child_environment(self.services.environment)
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    def seen_of_everybody(self) -> Iterator[tuple[str, bytes]]:
        """All that can be read behind the gateway: topics, tables, logs, pages, the spool; with its name."""
        for topic, records in asyncio.run(self._topics()).items():
            yield f"the topic {topic}", b"\n".join(records)
        with connect(self.settings) as client:
            for (table,) in client.query("SHOW TABLES").result_rows:
                yield f"the table {table}", client.raw_query(f"SELECT * FROM `{table}` FORMAT JSONEachRow")
        for name, server in self.services.servers.items():
            yield f"the log of the {name}", server.log_path.read_bytes()
            yield f"the page of the {name}", self.page(name).encode()
        for path in self.settings.spool_dir.iterdir():
            yield "the spool", path.read_bytes()

    async def _topics(self) -> dict[str, list[bytes]]:
        """Of every topic that is not the broker's own, all that its records hold."""
        admin = await administering(self.settings)
        described = await admin.describe_topics([n for n in await admin.list_topics() if n[:2] != "__"])
        await admin.close()
        places = {one["topic"]: [part["partition"] for part in one["partitions"]] for one in described}
        async with AIOKafkaConsumer(**self.settings.kafka_client(), auto_offset_reset="earliest") as consumer:
            return {name: await _records(consumer, name, numbers) for name, numbers in places.items()}


async def _records(consumer: AIOKafkaConsumer, topic: str, numbers: list[int]) -> list[bytes]:
    places = [TopicPartition(topic, number) for number in numbers]
    consumer.assign(places)
    ends, found = await consumer.end_offsets(places), []
    while any([await consumer.position(place) < ends[place] for place in places]):
        for records in (await consumer.getmany(timeout_ms=100)).values():
            for record in records:
                headers = b"".join(value for _, value in record.headers)
                found.append((record.key or b"") + (record.value or b"") + headers)
    return found


def samples(page: str) -> list[Sample]:
    """The samples of a page of /metrics."""
    families = text_string_to_metric_families(page)
    return [(one.name, dict(one.labels), one.value) for family in families for one in family.samples]


def counters_of(shown: list[Sample], **cell: str) -> dict[str, float]:
    """The counters of all cells with these labels, summed, less their pending corrections."""
    sums: dict[str, float] = {}
    for name, labels, value in shown:
        if cell.items() <= labels.items():
            pending = name == metrics.PENDING_CORRECTIONS
            parts = [labels[one] for one in ("le", "bucket", "currency") if one in labels]
            key = "/".join([labels["metric"] if pending else name, *parts])
            sums[key] = sums.get(key, 0) + (-value if pending else value)
    return sums


@contextmanager
def running(bootstrap: str, clickhouse: ClickHouse, folder: Path) -> Iterator[Pipeline]:
    """The whole system, ready, in a database of its own."""
    sns = LocalSns(folder)
    senders = Senders(sns)
    environment = {
        "ATTESA_KAFKA": bootstrap,
        "ATTESA_PARTITIONS": str(PARTITIONS),
        "ATTESA_CLICKHOUSE_URL": clickhouse.url,
        "ATTESA_CLICKHOUSE_USER": clickhouse.user,
        "ATTESA_CLICKHOUSE_PASSWORD": clickhouse.password,
        "ATTESA_CLICKHOUSE_DATABASE": f"platforms_{uuid.uuid4().hex[:12]}",
        "ATTESA_CONFIG": str(_configuration(folder)),
        "ATTESA_SPOOL_DIR": str(folder / "spool"),
        **{f"ATTESA_{name}_PORT": "0" for name in ("GATEWAY", "STREAM", "LOADER", "EXPORTER")},
        "E2E_PSEUDONYMS": PSEUDONYMS,
        "E2E_TOPIC": TOPIC,
        **senders.secrets,
        **sns.environment(),
    }
    settings = _settings(environment)
    asyncio.run(create_topics(settings))
    migrate(settings)
    services = Services(settings, folder, environment)
    with sns.served():
        try:
            services.start()
            services.wait_until_ready()
            yield Pipeline(settings, services, senders, sns)
        finally:
            services.stop()
            with connect(settings) as client:
                client.command(f"DROP DATABASE {settings.clickhouse_database} SYNC")


def _settings(environment: dict[str, str]) -> Settings:
    fields = {name.removeprefix("ATTESA_").lower(): value for name, value in environment.items()}
    return Settings(**{name: value for name, value in fields.items() if name in Settings.model_fields})


def _configuration(folder: Path) -> Path:
    """A tenant per platform, and one of those who leave; JSON is YAML."""
    tenants: dict[str, Any] = {}
    sources: dict[str, Any] = {}
    for name, script in SOURCES.items():
        platform = name.partition("/")[0]
        tenant = script.tenant or platform
        tenants[tenant] = {"pseudonym_key": "E2E_PSEUDONYMS", "agents": "true"}
        sources[name] = {"tenant": tenant, "secrets": [f"E2E_{platform.upper()}"]}
        if platform == "amazon_connect":
            sources[name]["secrets"].append("E2E_TOPIC")
    sources["whatsapp_cloud/main"]["tokens"] = ["E2E_WHATSAPP_CLOUD"]
    path = folder / "attesa.yaml"
    path.write_text(json.dumps({"tenants": tenants, "sources": sources}), encoding="utf-8")
    return path
