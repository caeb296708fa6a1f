"""The HTTP door for events: checks them, sends them to Kafka, answers when Kafka has them.

Not the place for any number: what the events mean is the stream worker's.
"""

from attesa.gateway.app import build_app
from attesa.gateway.publisher import Publisher
from attesa.gateway.service import run

__all__ = ["Publisher", "build_app", "run"]
