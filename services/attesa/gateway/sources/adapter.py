"""What a platform's module declares of itself, and the guard around its reading."""

from collections.abc import Callable
from dataclasses import dataclass

from attesa.gateway.sources.capabilities import Tells
from attesa.gateway.sources.delivery import Adapted, Context, Delivery
from attesa.gateway.sources.export import Export
from attesa.gateway.sources.telling import Telling


@dataclass(frozen=True)
class Adapter:
    """A platform: `title` as its makers write it, what it `tells`, and how a delivery is `read`.

    `notes`: sentences for the documentation, on what the platform leaves out or says in its own way.
    `export`: how its own list of conversations is read; None where it has none.
    """

    title: str
    read: Callable[[Delivery, Telling], None]
    tells: Tells
    notes: tuple[str, ...] = ()
    export: Export | None = None

    def adapt(self, delivery: Delivery, context: Context) -> Adapted:
        """A delivery's events, or why there are none. Never an exception, whatever the bytes."""
        telling = Telling(context)
        with telling.part():
            self.read(delivery, telling)
        return telling.adapted()
