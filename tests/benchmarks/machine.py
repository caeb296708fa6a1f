"""What machine, and which versions, a benchmark ran on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def describe() -> list[str]:
    """One fact a line."""
    packages = (
        "faust-streaming",
        "aiokafka",
        "msgspec",
        "pydantic",
        "uvicorn",
        "httptools",
        "clickhouse-connect",
        "chdb",
    )
    return [
        f"{_processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB, {platform.system()}",
        f"Python {platform.python_version()}, Apache Kafka 4.4.0, "
        + ", ".join(f"{name} {version(name)}" for name in packages),
        "broker on core 0, the measured process on core 1, 4 partitions, CloudEvents of about 400 bytes",
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
