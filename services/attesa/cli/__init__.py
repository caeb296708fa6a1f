"""The command line: the only place that puts parts together."""

from attesa.cli.app import main

__all__ = ["main"]
