"""The errors that attesa raises on purpose, in one tree.

AttesaError                 what a person can act on; `str()` says what happened and what to do
├── ConfigurationError      a setting, the configuration file or a topic's layout is not usable
│   └── Misconfigured       the file is well-formed, and what it says does not fit the rest; has the field
├── InputError              a file or a request holds what cannot be used (file, line, column named)
├── Unreachable             a server is away; `retriable`
│   └── Rejected            Kafka answers, and takes a record never; whoever waits for it waits in vain
├── NoRoom                  the spool is full or cannot be written; `retriable`
├── StateLost               a partition's state is gone although its offset is not at the start
└── Fenced                  another worker owns the partition now
"""


class AttesaError(Exception):
    """What a person can act on.

    `retriable`: trying the same again later may succeed.
    `exit_code`: what the command line returns for it.
    """

    retriable = False
    exit_code = 1


class ConfigurationError(AttesaError):
    """A setting, the configuration file or a topic's layout is not usable."""

    exit_code = 2


class Misconfigured(ConfigurationError):  # noqa: N818
    """What the configuration file says does not fit the rest; `steps` lead to the field."""

    def __init__(self, message: str, *steps: int | str) -> None:
        super().__init__(f"{'.'.join(map(str, steps))}: {message}")
        self.steps = steps


class InputError(AttesaError):
    """A file or a request holds what cannot be used."""

    exit_code = 2


class Unreachable(AttesaError):  # noqa: N818  the name is the sentence
    """A server is away."""

    retriable = True


class Rejected(Unreachable):
    """Kafka answers, and refuses a record, or one that was sent with it, however often it is sent."""


class NoRoom(AttesaError):  # noqa: N818
    """The spool is full, or cannot be written."""

    retriable = True


class StateLost(AttesaError):  # noqa: N818
    """A partition's state is gone although its committed offset is not at the start."""


class Fenced(AttesaError):  # noqa: N818
    """Another worker owns the partition now."""
