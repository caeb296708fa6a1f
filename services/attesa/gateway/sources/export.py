"""What a platform's own list of its conversations calls what an adapter tells by other names. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from attesa.gateway.sources.telling import subject_of


@dataclass(frozen=True, kw_only=True)
class Export:
    """The columns of an export (CSV) and of the REST interface (JSON; dots lead into objects).

    `ids`: of the id that the adapter makes the conversation of; of a row the first that is filled counts.
    Capitals, blanks and underscores do not matter. `started`: of when it began, likewise. `apart`: by
    column, the values (in small letters) of what the adapter tells no session of, and why. `own_names`: an
    id is the subject of the events as it is; else the source's name stands before it.
    """

    ids: tuple[str, ...]
    started: tuple[str, ...]
    apart: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    own_names: bool = False

    def subject(self, source: str, native: str) -> str:
        """What the events of a conversation with this id have as their subject."""
        return native if self.own_names else subject_of(source, native)
