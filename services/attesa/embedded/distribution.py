"""Apache Kafka made ready to run: verified jars, a formatted folder to copy, an archive of loaded classes.

Made once per Kafka and Java version, kept in a cache folder, behind a lock that other processes respect.
"""

import base64
import fcntl
import hashlib
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from attesa.core.errors import AttesaError, ConfigurationError
from attesa.embedded import jars
from attesa.embedded.java import Java, find_java
from attesa.embedded.node import SMALL_JVM, Node
from attesa.embedded.process import Server, free_port

_FORMAT_SECONDS = 120
_TRAINING_SECONDS = 120
_ARCHIVE_GRACE_SECONDS = 60
_AOT_CACHE_SINCE = 25


def default_cache_dir() -> Path:
    """Shared by all data folders of this user."""
    return Path.home() / ".cache" / "attesa"


@dataclass(frozen=True)
class Distribution:
    """What it takes to run a broker.

    `template` is a formatted log folder to copy, `archive_options` make Java use the archive of classes.
    """

    java: Java
    class_path: str
    template: Path
    archive_options: tuple[str, ...]


def prepare(cache_dir: Path, say: jars.Say, java_home: Path | None = None) -> Distribution:
    """Everything ready to start a broker; what is missing in `cache_dir` is made.

    Raises Unreachable where a download fails, ConfigurationError for wrong jars or no usable Java.
    """
    java = find_java(java_home)
    with _locked(cache_dir):
        class_path = os.pathsep.join(str(jar) for jar in jars.kafka_jars(cache_dir, say))
        template = cache_dir / f"kafka-{jars.VERSION}-formatted"
        if not template.exists():
            _format(template, java, class_path)
        archive = cache_dir / f"kafka-{jars.VERSION}-classes-{_key(java, class_path)}"
        if not archive.exists():
            say("Preparing Apache Kafka for quick starts (the first time only)")
            _train(archive, template, java, class_path)
    return Distribution(java, class_path, template, _archive_options(archive, java))


@contextmanager
def _locked(cache_dir: Path) -> Iterator[None]:
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        lock = (cache_dir / "lock").open("w")
    except OSError as error:
        raise ConfigurationError(
            f"The cache folder {cache_dir} cannot be written: {error.strerror}."
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def copy_template(template: Path, log_folder: Path) -> None:
    """Give a new node its formatted log folder; complete or not there at all."""
    half = log_folder.with_name(log_folder.name + ".new")
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(template, half)
    half.rename(log_folder)


def _format(template: Path, java: Java, class_path: str) -> None:
    """Let Kafka's own tool format a folder: it alone knows this version's feature levels."""
    work = template.with_name(template.name + ".work")
    shutil.rmtree(work, ignore_errors=True)
    node = Node(work, port=9092, controller_port=9093)  # a template remembers no port
    node.write_properties()
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    tool = ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(node.properties_path)]
    done = subprocess.run(
        [java.command, *SMALL_JVM, "-cp", class_path, *tool],
        capture_output=True,
        text=True,
        timeout=_FORMAT_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise AttesaError(
            f"Kafka's StorageTool could not format a folder: {(done.stderr or done.stdout).strip()}"
        )
    node.log_folder.rename(template)
    shutil.rmtree(work)


def _train(archive: Path, template: Path, java: Java, class_path: str) -> None:
    """Start and stop a broker that writes down the classes that it loaded.

    A Java that cannot do that leaves an empty file: it is not asked again, and starts a second slower.
    """
    work = archive.with_name(archive.name + ".work")
    shutil.rmtree(work, ignore_errors=True)
    node = Node(work / "node", free_port(), free_port())
    node.write_properties()
    copy_template(template, node.log_folder)
    output = work / "archive"
    kind = "-XX:AOTCacheOutput" if java.major >= _AOT_CACHE_SINCE else "-XX:ArchiveClassesAtExit"
    server = Server("Apache Kafka (preparing)", work / "broker.log")
    server.start(node.command(java.command, (*SMALL_JVM, f"{kind}={output}"), class_path), work)
    try:
        server.wait_until(node.answers, _TRAINING_SECONDS)
    finally:
        server.stop(_ARCHIVE_GRACE_SECONDS)
    if output.exists():
        output.rename(archive)
    else:
        archive.touch()
    shutil.rmtree(work)


def _archive_options(archive: Path, java: Java) -> tuple[str, ...]:
    if archive.stat().st_size == 0:
        return ()
    kind = "-XX:AOTCache" if java.major >= _AOT_CACHE_SINCE else "-XX:SharedArchiveFile"
    return (f"{kind}={archive}", "-Xshare:auto")


def _key(java: Java, class_path: str) -> str:
    """An archive belongs to one Java, one class path (the jars' places count) and one set of options."""
    identity = "\n".join([str(java.command), java.version, class_path, *SMALL_JVM])
    return hashlib.sha256(identity.encode()).hexdigest()[:12]
