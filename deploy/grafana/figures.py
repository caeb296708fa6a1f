# noqa: INP001  a script's neighbour, no package
"""The board's rows beyond service level: losses and replies, customers, agents, countries."""

from panels import GREEN, NEUTRAL, RED, YELLOW, Panel, graph
from queries import CELL, COPIES, QUEUE, increase, parts, share

from attesa.core import metrics as m
from attesa.core.customers.attribution import NONE as NO_CHANNEL

HOUR, DAY = "1h", "1d"
GOOD = f'slo="{m.SLO_GOOD}"'
CREDITED = f'channel!="{NO_CHANNEL}"'


def replies() -> list[Panel]:
    rejected, named = increase(m.REJECTED, HOUR), parts(m.REJECTED_REASON, HOUR, "reason")
    return [
        graph(
            "Lost, by reason, 1 h",
            "Gave up, were turned away (the rest: neither full nor nobody on duty), were not answered.",
            (
                (increase(m.ABANDONED, HOUR), "gave up"),
                (increase(m.REJECTED_REASON, HOUR, "reason"), "rejected: {{reason}}"),
                (f"{rejected} - {named}", "rejected: other"),
                (increase(m.UNANSWERED_BY, HOUR, "by"), "unanswered: {{by}}"),
            ),
            "none",
        ),
        graph(
            "Next replies within the threshold, 1 h",
            "1 - missed / verdicts on good; synchronous ones by live chat's pair.",
            tuple(
                (f"1 - {share(increase(bad, HOUR, more=GOOD), increase(events, HOUR, more=GOOD))}", name)
                for events, bad, name in (
                    (m.NEXT_SLO_EVENTS, m.NEXT_SLO_BAD, "next"),
                    (m.SYNCHRONOUS_SLO_EVENTS, m.SYNCHRONOUS_SLO_BAD, "synchronous"),
                )
            ),
            "percentunit",
        ),
        graph(
            "Left without an answer, 1 h",
            "Wrote again while waiting; ended with a message open; of these, not by the customer.",
            _counts((m.NUDGES, "nudges"), (m.LEFT_UNANSWERED, "left unanswered"), (m.HUNG_UP, "hung up")),
            "none",
        ),
        graph(
            "Transfers, 1 h",
            "All, those where the customer had to repeat himself, those without a note.",
            _counts(
                (m.TRANSFERS, "transfers"),
                (m.TRANSFERS_WITHOUT_CONTEXT, "without context"),
                (m.TRANSFERS_WITHOUT_NOTE, "without note"),
                (m.ABANDONED_IN_TRANSFER, "left meanwhile"),
            ),
            "none",
        ),
    ]


def customers() -> list[Panel]:
    answered, ended = increase(m.ANSWERED, DAY), increase(m.ENDED, DAY)
    promoters, detractors = increase(m.NPS_PROMOTERS, DAY), increase(m.NPS_DETRACTORS, DAY)
    return [
        graph(
            "Conversion, 24 h",
            "Credited sessions per answered one; sales per session of sales. Counted at the sale.",
            (
                (share(increase(m.CONVERTED, DAY), answered), "last touch"),
                (share(increase(m.CONVERTED_FIRST_TOUCH, DAY), answered), "first touch"),
                (share(increase(m.SALES_CONVERTED, DAY), increase(m.SALES_ANSWERED, DAY)), "sales"),
            ),
            "percentunit",
        ),
        graph(
            "Revenue less refunds, 24 h",
            "Of orders credited to chats here, in each currency's minor unit. Currencies are never added.",
            (
                (
                    " - ".join(
                        increase(metric, DAY, "currency", more=CREDITED) for metric in (m.REVENUE, m.REFUNDED)
                    ),
                    "{{currency}}",
                ),
            ),
            "none",
        ),
        graph(
            "What they say, 24 h",
            "NPS from -1 to 1, satisfied among the answers, and the share of the asked who answered.",
            (
                (share(f"({promoters} - {detractors})", increase(m.NPS_ANSWERS, DAY)), "NPS"),
                (share(increase(m.CSAT_TOP_TWO, DAY), increase(m.CSAT_ANSWERS, DAY)), "CSAT, top two"),
                (share(increase(m.SURVEY_ANSWERED, DAY), increase(m.SURVEY_ASKED, DAY)), "response"),
            ),
            "none",
        ),
        graph(
            "Came back, 24 h",
            "Of the ended: another session in 24 h, in 5 min after an end not theirs, on social in 7 days.",
            (
                (share(increase(m.RECONTACTED, DAY), ended), "recontacted"),
                (share(increase(m.DROPPED, DAY), ended), "dropped"),
                (share(parts(m.SPILL_OVER, DAY, "visibility"), ended), "spill-over"),
            ),
            "percentunit",
        ),
    ]


def agents() -> list[Panel]:
    messages = increase(m.AGENT_MESSAGES, DAY)
    return [
        graph(
            "Occupancy",
            "Slots in use of those that staffed agents have. Red line: from here on the next one waits.",
            ((_by_queue(m.OCCUPANCY), "{{queue}}"),),
            "percentunit",
            ((None, GREEN), (0.8, YELLOW), (0.95, RED)),
        ),
        graph(
            "Agents and slots",
            "By queue; an agent with several queues is staffed in each.",
            (
                (_by_queue(m.STAFFED_AGENTS), "staffed {{queue}}"),
                (_by_queue(m.CAPACITY), "slots {{queue}}"),
                (_by_queue(m.OCCUPIED), "in use {{queue}}"),
            ),
            "none",
        ),
        graph(
            "Manners, 24 h",
            "Share of agents' messages with each flag.",
            ((f"{increase(m.MANNERS, DAY, 'flag')} / on () group_left () ({messages} > 0)", "{{flag}}"),),
            "percentunit",
        ),
        graph(
            "Hard to read, 24 h",
            "Of agents' messages: two questions or more, over 300 characters, spoken.",
            tuple(
                (share(increase(metric, DAY), messages), name)
                for metric, name in (
                    (m.QUESTION_CLUSTERS, "question clusters"),
                    (m.LONG_MESSAGES, "long"),
                    (m.VOICE_MESSAGES, "voice"),
                )
            ),
            "percentunit",
        ),
    ]


def countries() -> list[Panel]:
    answered = increase(m.ANSWERED, DAY, "country")
    waits = f"sum by (country) (max by ({COPIES}) (increase({m.WAIT_SECONDS}_sum{CELL}[{DAY}])))"
    return [
        _beside("Average wait", "s", share(waits, answered), m.REFERENCE_AVERAGE_WAIT),
        _beside(
            "Lost",
            "percentunit",
            share(increase(m.LOST, DAY, "country"), increase(m.OFFERED, DAY, "country")),
            m.REFERENCE_LOST_RATIO,
        ),
        _beside(
            "Conversion",
            "percentunit",
            share(increase(m.CONVERTED, DAY, "country"), answered),
            m.REFERENCE_CONVERSION,
        ),
        graph(
            "Patience, 24 h",
            "How long people wait before they leave, queue by queue: which threshold is right here.",
            (
                (
                    f'max by ({COPIES}) ({m.PATIENCE}{CELL[:-1]},{m.WINDOW_LABEL}="24h"}})',
                    "{{country}} {{queue}}",
                ),
            ),
            "s",
        ),
    ]


def _counts(*named: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((increase(metric, HOUR), name) for metric, name in named)


def _by_queue(metric: str) -> str:
    return f"max by ({', '.join(m.QUEUE_LABELS)}) ({metric}{QUEUE})"


def _beside(title: str, unit: str, here: str, reference: str) -> Panel:
    """A country's value and what is usual there, where a reference is configured."""
    usual = f"max by (country) ({reference})"
    return graph(
        f"{title} by country, 24 h",
        "Beside what is usual in the country.",
        ((here, "{{country}}"), (f"{usual} and on (country) {here}", "{{country}}, usual")),
        unit,
        NEUTRAL,
    )
