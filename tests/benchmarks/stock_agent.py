"""An empty Faust agent as its documentation writes it: what a message costs that nobody uses."""

import os
import sys
import tempfile
import time

import faust

bootstrap, wanted = sys.argv[1], int(sys.argv[2])

app = faust.App(
    f"stock-{os.getpid()}",
    broker=f"kafka://{bootstrap}",
    datadir=tempfile.mkdtemp(prefix="attesa-stock-"),
    topic_disable_leader=True,
    web_enabled=False,
    consumer_auto_offset_reset="earliest",
)
events = app.topic(
    "attesa.events", key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
)


@app.agent(events)
async def count(stream: faust.Stream) -> None:
    """Count, and tell the rate once."""
    seen, began = 0, 0.0
    async for _ in stream:
        if not seen:
            began = time.monotonic()
        seen += 1
        if seen == wanted:
            print(f"rate {wanted / (time.monotonic() - began):.0f}", flush=True)


sys.argv = [sys.argv[0], "worker", "-l", "warn", "--without-web"]
app.main()
