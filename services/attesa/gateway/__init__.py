"""The HTTP door for events: checks them, sends them to Kafka, answers when Kafka has them.

Not the place for any number: what the events mean is the stream worker's.
"""

from importlib import import_module
from typing import Any

_MODULES = {"Publisher": "publisher", "build_app": "app", "run": "service"}

__all__ = ["Publisher", "build_app", "run"]


def __getattr__(name: str) -> Any:
    """Load the server only for whoever asks for it: adapters and signatures are used without it too."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
