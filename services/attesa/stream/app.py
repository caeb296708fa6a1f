"""Builds the Faust app: every setting named here has its reason in DESIGN.md, "Faust"."""

from pathlib import Path
from typing import Any

import faust
from yarl import URL

from attesa.settings import Settings
from attesa.stream.transport import RawTopic, SliceTransport, StockTransport

FETCH_BYTES = 128 * 1024  # per partition: small slices alternate between partitions
BUFFERED_SLICES = 2
BUFFERED_MESSAGES = 4_096  # with the stock transport


def build_app(settings: Settings, scratch: Path) -> faust.App:
    """An app without tables, web server or topics of its own; `scratch` is a folder that Faust insists on."""
    slices = settings.transport == "slices"
    url = URL(f"kafka://{settings.kafka}")
    app = faust.App(
        settings.group,
        broker=[URL(f"kafka://{address}") for address in settings.kafka.split(",")],
        broker_credentials=_credentials(settings),
        store="memory://",
        datadir=str(scratch),
        topic_disable_leader=True,
        web_enabled=False,
        stream_wait_empty=False,
        stream_buffer_maxsize=BUFFERED_SLICES if slices else BUFFERED_MESSAGES,
        consumer_max_fetch_size=FETCH_BYTES,
        consumer_auto_offset_reset="earliest",
        broker_max_poll_records=None,
        broker_request_timeout=30,
        broker_session_timeout=10,
        broker_heartbeat_interval=3,
        broker_rebalance_timeout=20,
        consumer_group_instance_id=settings.instance or None,
        Topic=RawTopic,
    )
    transport = SliceTransport if slices else StockTransport
    app.transport = transport([url], app, loop=app.loop)
    return app


def _credentials(settings: Settings) -> Any:
    client = settings.kafka_client()
    context = client.get("ssl_context")
    if not settings.kafka_security.startswith("SASL"):
        return context
    return faust.SASLCredentials(
        username=settings.kafka_username,
        password=settings.kafka_password.get_secret_value(),
        mechanism=settings.kafka_sasl_mechanism,
        ssl_context=context,
    )
