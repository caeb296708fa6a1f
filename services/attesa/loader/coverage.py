"""Which conversations ClickHouse knows, for comparing with a platform's own list of them. Reads only."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from attesa.loader.client import connect, explain
from attesa.settings import Settings

MS = 1_000
QUERY_BYTES = 64_000_000  # of a batch of conversations, each up to some hundred characters long
FIRST = "/1"  # a conversation's first session; the others count on from it
MOST_SEALED = 2_000

# A batch is bound here, for the server would take it from the address only.
_KNOWN = """
SELECT session
FROM sessions FINAL
WHERE tenant = %(tenant)s AND session IN %(sessions)s"""
_BEGUN = f"""
SELECT conversation
FROM sessions FINAL
WHERE tenant = {{tenant:String}} AND source = {{source:String}} AND endsWith(session, '{FIRST}')
    AND started_at >= {{since:DateTime64(3)}} AND started_at <= {{until:DateTime64(3)}}"""  # noqa: S608  a constant
_HEARD = """
SELECT source, count(), min(started_at)
FROM sessions FINAL
WHERE tenant = {tenant:String}
GROUP BY source
ORDER BY source"""
_BURIED = """tenant IN ({tenant:String}, '') AND at >= {since:DateTime64(3)}
    AND (arrayExists(one -> startsWith(origin, one), {origins:Array(String)})
        OR (topic = {topic:String} AND topic != ''))"""
_DEAD = f"""
SELECT reason, count()
FROM dead_letters FINAL
WHERE {_BURIED}
GROUP BY reason
ORDER BY count() DESC, reason"""  # noqa: S608  a constant
_SEALED = f"""
SELECT origin, sealed
FROM dead_letters FINAL
WHERE {_BURIED} AND sealed IS NOT NULL
ORDER BY at DESC
LIMIT {MOST_SEALED}"""  # noqa: S608  a constant

Answer = TypeVar("Answer")


class Heard(NamedTuple):
    """A source of which sessions are stored; `first_at`: when the first of them began (ms)."""

    sessions: int
    first_at: int


class Buried(NamedTuple):
    """Which dead letters: of an origin that begins so, or of a topic (empty: of none); since then (ms)."""

    origins: tuple[str, ...]
    topic: str
    since_ms: int


class Coverage:
    """One tenant's sessions; to be closed. Everything raises Unreachable or ConfigurationError."""

    def __init__(self, settings: Settings, tenant: str) -> None:
        self._settings = settings
        self._tenant = tenant
        self._client: Client = connect(settings)

    def close(self) -> None:
        self._client.close()

    def heard(self) -> dict[str, Heard]:
        """The sources of the tenant."""
        rows = self._ask(lambda: self._client.query(_HEARD, {"tenant": self._tenant}).result_rows)
        return {source: Heard(count, _ms(first)) for source, count, first in rows}

    def known(self, conversations: Sequence[str]) -> set[str]:
        """Those of which there is a session: by their first one, which the primary key finds."""
        given = {"tenant": self._tenant, "sessions": tuple(f"{name}{FIRST}" for name in conversations)}
        limits = {"max_query_size": QUERY_BYTES}
        rows = self._ask(lambda: self._client.query(_KNOWN, given, settings=limits).result_rows)
        return {str(session).removesuffix(FIRST) for (session,) in rows}

    def begun(self, source: str, since_ms: int, until_ms: int) -> Iterator[str]:
        """The source's conversations whose first session began in [since, until]."""
        given = {"tenant": self._tenant, "source": source, "since": _at(since_ms), "until": _at(until_ms)}
        try:
            with self._client.query_rows_stream(_BEGUN, given) as rows:
                for (conversation,) in rows:
                    yield str(conversation)
        except ClickHouseError as error:
            raise explain(error, self._settings) from None

    def dead(self, buried: Buried) -> dict[str, int]:
        """How many dead letters, by reason."""
        return dict(self._ask(lambda: self._client.query(_DEAD, self._given(buried)).result_rows))

    def sealed(self, buried: Buried) -> list[tuple[str, str]]:
        """Origin and sealed bytes of them, where they were kept; the newest first."""
        rows = self._ask(lambda: self._client.query(_SEALED, self._given(buried)).result_rows)
        return [(str(origin), str(sealed)) for origin, sealed in rows]

    def _given(self, buried: Buried) -> dict[str, Any]:
        return {
            "tenant": self._tenant,
            "origins": list(buried.origins),
            "topic": buried.topic,
            "since": _at(buried.since_ms),
        }

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        try:
            return question()
        except ClickHouseError as error:
            raise explain(error, self._settings) from None


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / MS, UTC)


def _ms(at: Any) -> int:
    return round(at.timestamp() * MS)
