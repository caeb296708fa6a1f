"""One line of what `attesa doctor` says."""

from typing import NamedTuple


class Finding(NamedTuple):
    """What was looked at, whether it is well, and what was found, or what to do."""

    subject: str
    well: bool
    text: str
