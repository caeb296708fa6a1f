"""`python -m attesa.embedded.door --path DIR --port N`: the process that owns the folder and its door."""

import argparse
import fcntl
import os
import sys
from pathlib import Path
from typing import IO

_LOCKED = 3
_PORT_IN_USE = 2
_NOT_INSTALLED = 4


def main() -> int:
    """Serve until SIGTERM or SIGINT. Exit codes: 2 port in use, 3 folder in use, 4 chdb is missing."""
    parser = argparse.ArgumentParser(prog="attesa.embedded.door", description=__doc__)
    parser.add_argument("--path", type=Path, required=True, help="data folder, made where it is missing")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    options = parser.parse_args()
    folder = options.path.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    lock = _lock(folder)
    if lock is None:
        return _complain(
            f"{folder} is in use by another embedded ClickHouse; stop that, or use another folder.", _LOCKED
        )
    os.environ["TZ"] = "UTC"  # the server's time zone; the engine reads it when it is loaded

    try:
        # Not before: only the owner of the folder pays for loading the engine.
        from aiohttp import web  # noqa: PLC0415

        from attesa.embedded.door.engine import Engine  # noqa: PLC0415
        from attesa.embedded.door.server import make_app  # noqa: PLC0415
    except ImportError as error:
        return _complain(f"The embedded ClickHouse needs attesa[embedded]: {error}.", _NOT_INSTALLED)

    app = make_app(Engine(folder / "data"))
    try:
        web.run_app(
            app,
            host=options.host,
            port=options.port,
            print=None,
            access_log=None,
            shutdown_timeout=5,
            auto_decompress=False,
        )
    except OSError as error:
        return _complain(f"Port {options.port} cannot be used: {error.strerror}.", _PORT_IN_USE)
    lock.close()
    return 0


def _lock(folder: Path) -> IO[str] | None:
    """Held as long as the file is open; the kernel lets it go with the process."""
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _complain(text: str, exit_code: int) -> int:
    print(text, file=sys.stderr)  # noqa: T201  its log is its output
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
