"""The command line: the only place that puts parts together."""

from attesa.cli.app import load, main

__all__ = ["load", "main"]
