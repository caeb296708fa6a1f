"""The command line: the only place that puts parts together."""

import sys


def main() -> None:
    """The `attesa` command; Ctrl-C ends it in silence also while its libraries are being loaded."""
    try:
        from attesa.cli.app import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        sys.exit(130)
