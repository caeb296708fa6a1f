"""Brings Apache Kafka's jars by jgo and refuses any that differs from the committed sha256.

A second start reads the remembered class path and does not touch the network.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from attesa.core.errors import ConfigurationError, Unreachable

VERSION = "4.4.0"
# Without a binding, slf4j throws the broker's log away; this one writes to stderr.
ENDPOINT = f"org.apache.kafka:kafka_2.13:{VERSION}+org.slf4j:slf4j-simple:1.7.36"
PINS = Path(__file__).with_name(f"kafka-{VERSION}.sha256")

Say = Callable[[str], None]


def kafka_jars(cache_dir: Path, say: Say) -> list[Path]:
    """Every jar of the broker's class path, each with the sha256 that is committed.

    Downloads what is missing. Raises Unreachable where the download fails, ConfigurationError for a jar that
    is missing, unexpected or altered.
    """
    remembered = cache_dir / f"kafka-{VERSION}.jars.json"
    jars = _remembered(remembered)
    if not jars:
        say(f"Fetching Apache Kafka {VERSION} from Maven Central (45 MB, the first time only)")
        jars = _resolve()
    verify(jars, read_pins(PINS))
    content = json.dumps([str(jar) for jar in jars])
    if not remembered.exists() or remembered.read_text(encoding="utf-8") != content:
        remembered.write_text(content, encoding="utf-8")
    return jars


def read_pins(path: Path) -> dict[str, str]:
    """Name of the jar to its sha256, from a file with the lines of `sha256sum`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def verify(jars: Sequence[Path], pins: Mapping[str, str]) -> None:
    """Raises ConfigurationError unless `jars` are exactly the pinned ones."""
    by_name = {jar.name: jar for jar in jars}
    missing, unexpected = sorted(pins.keys() - by_name.keys()), sorted(by_name.keys() - pins.keys())
    if missing or unexpected:
        raise ConfigurationError(
            f"The jars of Apache Kafka {VERSION} are not the pinned ones: "
            f"missing {', '.join(missing) or 'none'}; unexpected {', '.join(unexpected) or 'none'}."
        )
    for name, jar in by_name.items():
        with jar.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != pins[name]:
            raise ConfigurationError(
                f"{jar}: sha256 is {digest}, pinned is {pins[name]}. "
                "The file is damaged or not the original; delete it and its copy in the Maven cache "
                "(~/.m2/repository), then start again."
            )


def _remembered(path: Path) -> list[Path]:
    try:
        jars = [Path(name) for name in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError):
        return []
    return jars if all(jar.is_file() for jar in jars) else []


def _resolve() -> list[Path]:
    """Let jgo resolve and fetch; in a process of its own, for its output and warnings are its own."""
    if find_spec("jgo") is None:
        raise ConfigurationError("The embedded Kafka needs the Python package jgo: install attesa[embedded].")
    command = [sys.executable, "-m", "jgo", "--resolver", "python", "info", "jars", ENDPOINT]
    with TemporaryFile("w+", encoding="utf-8") as answer:
        with subprocess.Popen(command, stdout=answer, stderr=subprocess.PIPE, text=True) as process:
            last_line = _show_progress(process)
        if process.returncode != 0:
            raise Unreachable(
                f"Apache Kafka {VERSION} could not be fetched from Maven Central: {last_line}. "
                "Check the network (and HTTPS_PROXY), then start again; what is there is kept."
            )
        answer.seek(0)
        return [Path(line.strip()) for line in answer if line.strip().endswith(".jar")]


def _show_progress(process: "subprocess.Popen[str]") -> str:
    """Draw a bar from jgo's lines; returns the last line that it said."""
    last_line = ""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Apache Kafka's jars", total=len(read_pins(PINS)))
        for line in process.stderr or ():
            words = line.split()
            if words:
                last_line = line.strip()
            if words[:1] == ["Downloading"] and words[1].endswith(".jar"):
                progress.update(task, advance=1, description=words[1])
    return last_line
