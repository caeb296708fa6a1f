# noqa: INP001  a script, no package
"""Prints what the image installs: of requirements.lock, only what the package needs to run, with its hashes.

Run in deploy/Dockerfile, before anything is installed: standard library only, files read, nothing written.
Each entry of the lock names its parents (`# via …`); what the package's own dependencies lead to is kept.
"""

import re
import sys
import tomllib
from pathlib import Path

ENTRY = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==", re.MULTILINE)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
VIA = re.compile(r"^ +# +(?:via +)?(?P<parent>[a-zA-Z0-9][a-zA-Z0-9._-]*)(?: |$)", re.MULTILINE)


def canonical(name: str) -> str:
    """PEP 503's form of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def entries(lock: str) -> dict[str, str]:
    """Each package's lines of the lock file, by name; a package may have several, for several Pythons."""
    starts = list(ENTRY.finditer(lock))
    ends = [match.start() for match in starts[1:]] + [len(lock)]
    found: dict[str, str] = {}
    for match, end in zip(starts, ends, strict=True):
        name = canonical(match["name"])
        found[name] = found.get(name, "") + lock[match.start() : end]
    return found


def needed(lock: str, roots: list[str]) -> str:
    """The entries of `roots` and of everything that they lead to. Raises KeyError for a root without one."""
    texts = entries(lock)
    children: dict[str, set[str]] = {}
    for name, text in texts.items():
        for match in VIA.finditer(text):
            children.setdefault(canonical(match["parent"]), set()).add(name)
    kept: set[str] = set()
    waiting = [canonical(root) for root in roots]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            waiting.extend(children.get(name, ()))
    return "".join(texts[name] for name in sorted(kept))


def dependencies(pyproject: str) -> list[str]:
    """The names under [project] dependencies, without the extras' ones."""
    names = [NAME.match(text) for text in tomllib.loads(pyproject)["project"]["dependencies"]]
    return [match[0] for match in names if match]


def main(arguments: list[str]) -> None:
    """Without arguments the package's dependencies, else those named."""
    lock = Path("requirements.lock").read_text(encoding="utf-8")
    roots = arguments or dependencies(Path("pyproject.toml").read_text(encoding="utf-8"))
    sys.stdout.write(needed(lock, roots))


if __name__ == "__main__":
    main(sys.argv[1:])
