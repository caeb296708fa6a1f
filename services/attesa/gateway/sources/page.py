"""docs/sources.md: what each platform tells, and which KPIs follow, from what the adapters declare."""

from collections.abc import Mapping

from attesa.gateway.doors import DOORS
from attesa.gateway.doors.signatures import Scheme, Signed, SignedAddress, SignedByKey
from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import KPI_NEEDS, TOLD, kpis

HEAD = """\
# Sources: what each platform tells

Made by `attesa sources table` from what the adapters declare; a test holds it to them. How one is written:
[adapters](adapters.md). How one is configured: [configuration](configuration.md).

*exact*: the platform says it. *inferred*: it follows from a change of state, from a rule, from the order of
things. *no*: it cannot be told, and the numbers that need it are null, never 0.

## The KPIs of a source alone
A number is as good as the weakest thing that it needs: {needs}.
Where nobody tells the end, a customer without any reply is lost once the session times out: *inferred*.
What a platform does not tell, another source may: a shop tells the purchases of those who chatted elsewhere.
"""
ASKS = {
    "": "-",
    "meta": "GET with one of the `tokens`",
    "head": "HEAD",
    "slack": "a signed question",
}
TELLS = """
## What the platform tells
`requested`: that the customer wants a person; `queued`: for which queue; `accepted`: that an agent took it;
`author`: customer, agent and bot told apart; `end`: when, and who ended it.
"""
COMPARED = """
## What an export is compared by
`attesa reconcile` ([completeness](completeness.md)) finds these columns in a platform's own list of its
conversations, whatever their capitals and blanks; of a row the first that is filled counts.
"""
VERIFIED = """
## How deliveries are verified
A platform's `secrets` in the configuration sign its deliveries, or come along as they are; several may be
active while one is replaced. Where it signs nothing, or is too old to, `tokens` hold: `?token=` in the
address, long and random.
"""


def page(registry: Mapping[str, Adapter]) -> str:
    """The whole page."""
    named = sorted(registry.items(), key=lambda item: item[1].title.lower())
    needs = "; ".join(f"*{kpi}*: {', '.join(needed)}" for kpi, needed in KPI_NEEDS.items())
    kpi_rows = [[_name(name, one), *(c.word for c in kpis(one.tells).values())] for name, one in named]
    told_rows = [[_name(name, one), *(getattr(one.tells, told).word for told in TOLD)] for name, one in named]
    return "\n".join(
        [
            HEAD.format(needs=needs),
            *_table(["source", *KPI_NEEDS], kpi_rows),
            TELLS,
            *_table(["source", *TOLD], told_rows),
            VERIFIED,
            *_table(["source", "by", "not older than", "before"], [_door(name, one) for name, one in named]),
            COMPARED,
            *_table(["source", "the id", "when it began"], [_export(name, one) for name, one in named]),
            "\n## Notes",
            *(f"- **{one.title}**{_once(name)} {' '.join(one.notes)}".rstrip() for name, one in named),
            "",
        ]
    )


def _name(name: str, adapter: Adapter) -> str:
    return f"{adapter.title} (`{name}`)"


def _door(name: str, adapter: Adapter) -> list[str]:
    door = DOORS[name]
    by = [*(["signature of Amazon SNS, by topic"] if door.sns else []), *map(_scheme, door.schemes)]
    windows = {f"{one.window_seconds} s" for one in door.schemes if isinstance(one, Signed) and one.timestamp}
    return [
        _name(name, adapter),
        " or ".join(by) or "`tokens`",
        " or ".join(sorted(windows)) or "-",
        ASKS[door.challenge],
    ]


def _export(name: str, adapter: Adapter) -> list[str]:
    if adapter.export is None:
        return [_name(name, adapter), "-", "-"]
    columns = (adapter.export.ids, adapter.export.started)
    return [_name(name, adapter), *(", ".join(f"`{column}`" for column in one) for one in columns)]


def _scheme(scheme: Scheme) -> str:
    if isinstance(scheme, Signed):
        return f"`{scheme.header}`: HMAC-{scheme.algorithm.upper()}, {scheme.encoding}"
    if isinstance(scheme, SignedByKey):
        return f"`{scheme.header}`: ed25519"
    if isinstance(scheme, SignedAddress):
        return f"`{scheme.header}`: HMAC-SHA1 with the address, base64"
    return f"a secret in `{scheme.header or scheme.body or scheme.query}`"


def _once(name: str) -> str:
    sends_once = name in DOORS and DOORS[name].once
    return " hardly sends again, or never: what Kafka cannot take goes to the spool." if sends_once else ":"


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
