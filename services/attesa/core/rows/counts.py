"""The additive counts of one cell, in a pane or in all, and how they lie in memory.

In memory and in state a set of counts is a sparse dict: column number to amount, for the borders' buckets
behind the named columns, and for money by a text such as `revenue_minor:EUR`. Readers get `Counts`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

Column = int | str
Values = dict[Column, int]


class Counts(Struct, kw_only=True, omit_defaults=True):
    """Additive counts of one cell; what is 0 may be left out. Sums of durations are in milliseconds.

    The bucket arrays count durations by `borders_seconds` (upper border included), with one more bucket
    above the last border; they are not cumulative. Money is in the currency's minor unit, by currency.
    """

    # the request
    records: int = 0
    offered: int = 0
    outside_hours: int = 0
    sales_offered: int = 0
    # the first reply
    answered: int = 0
    wait_ms: int = 0
    answered_queued: int = 0  # waits of 1 s and more
    business_answered: int = 0  # in queues with opening hours
    business_wait_ms: int = 0
    accepted: int = 0
    pickup_ms: int = 0
    useful: int = 0
    useful_ms: int = 0
    to_person_ms: int = 0
    sales_answered: int = 0
    covered: int = 0
    coverage_permille: int = 0
    promised: int = 0
    promises_kept: int = 0
    promised_ms: int = 0
    promised_wait_ms: int = 0
    # verdicts
    met_good: int = 0
    missed_good: int = 0
    met_bad: int = 0
    missed_bad: int = 0
    tolerable: int = 0
    # losses
    abandoned: int = 0
    abandon_ms: int = 0
    short_abandoned: int = 0
    abandoned_in_transfer: int = 0
    rejected: int = 0
    rejected_full: int = 0
    rejected_nobody_on_duty: int = 0
    unanswered: int = 0
    unanswered_agent: int = 0
    unanswered_timeout: int = 0
    left_before_queue: int = 0
    invalid: int = 0
    # next replies
    next_replies: int = 0
    next_reply_ms: int = 0
    next_met_good: int = 0
    next_missed_good: int = 0
    next_met_bad: int = 0
    next_missed_bad: int = 0
    synchronous_replies: int = 0
    synchronous_met_good: int = 0
    synchronous_missed_good: int = 0
    synchronous_met_bad: int = 0
    synchronous_missed_bad: int = 0
    # legs, in the cell of the leg's queue
    legs: int = 0
    legs_answered: int = 0
    leg_wait_ms: int = 0
    legs_abandoned: int = 0
    transfers: int = 0
    transfers_without_context: int = 0
    transfers_without_note: int = 0
    # the end
    ended: int = 0
    resolved: int = 0
    measured: int = 0  # answered, ended, with an effective duration
    total_ms: int = 0
    effective_ms: int = 0
    left_unanswered: int = 0
    hung_up: int = 0
    turns: int = 0
    single_message_turns: int = 0
    agent_bursts: int = 0
    silences: int = 0
    longest_silence_ms: int = 0
    nudges: int = 0
    customer_messages: int = 0
    agent_messages: int = 0
    question_clusters: int = 0
    long_messages: int = 0
    voice_messages: int = 0
    greeting: int = 0
    thanks: int = 0
    name: int = 0
    mirror_question: int = 0
    closing_summary: int = 0
    abbreviation: int = 0
    more_help: int = 0
    video: int = 0
    from_bot: int = 0
    bot_ms: int = 0
    form_fields: int = 0
    self_service: int = 0
    # surveys
    survey_asked: int = 0
    survey_answered: int = 0
    survey_too_early: int = 0
    nps_answers: int = 0
    nps_promoters: int = 0
    nps_detractors: int = 0
    csat_answers: int = 0
    csat_permille: int = 0
    csat_top_two: int = 0
    influence_1: int = 0
    influence_2: int = 0
    influence_3: int = 0
    influence_4: int = 0
    influence_5: int = 0
    would_have_bought: int = 0
    would_not_have_bought: int = 0
    # levels: what began less what ended; the moments are dated within their minute
    staffed: int = 0
    capacity: int = 0
    capacity_moment_ms: int = 0
    occupied: int = 0
    occupied_moment_ms: int = 0
    # the customers processor's
    recontacted: int = 0
    recontacted_other_team: int = 0
    resolved_recontacted: int = 0
    dropped: int = 0
    spill_over_public: int = 0
    spill_over_private: int = 0
    self_service_failed: int = 0
    converted: int = 0
    converted_first_touch: int = 0
    sales_converted: int = 0
    video_converted: int = 0
    orders: int = 0
    refunds: int = 0
    incremental_answers: int = 0
    incremental: int = 0
    # arrays and money
    answered_buckets: list[int] = []
    abandoned_buckets: list[int] = []
    next_buckets: list[int] = []
    revenue_minor: dict[str, int] = {}
    refunded_minor: dict[str, int] = {}


BUCKETS = ("answered_buckets", "abandoned_buckets", "next_buckets")
MONEY = ("revenue_minor", "refunded_minor")
COUNT_NAMES = tuple(name for name in Counts.__struct_fields__ if name not in (*BUCKETS, *MONEY))
COLUMN: Mapping[str, int] = {name: i for i, name in enumerate(COUNT_NAMES)}


class Layout:
    """Which column of a sparse set of counts is which, for one list of borders."""

    def __init__(self, borders_seconds: Sequence[int]) -> None:
        self.borders_ms = tuple(border * 1000 for border in borders_seconds)
        self._buckets = len(self.borders_ms) + 1
        first = len(COUNT_NAMES)
        self.answered_buckets, self.abandoned_buckets, self.next_buckets = range(
            first, first + 3 * self._buckets, self._buckets
        )

    def counts(self, values: Values) -> Counts:
        """The public form."""
        named: dict[str, Any] = {}
        for column, amount in values.items():
            if isinstance(column, str):
                name, _, currency = column.partition(":")
                named.setdefault(name, {})[currency] = amount
            elif column < len(COUNT_NAMES):
                named[COUNT_NAMES[column]] = amount
            else:
                which, bucket = divmod(column - len(COUNT_NAMES), self._buckets)
                named.setdefault(BUCKETS[which], [0] * self._buckets)[bucket] = amount
        return Counts(**named)

    def onto(self, other: "Layout", values: Values) -> Values:
        """The same counts by the borders of `other`.

        A bucket whose upper border is not there any more, or that a new border parts, counts for the next
        higher border that both know: which part of it lay below is not known.
        """
        found: Values = {}
        for column, amount in values.items():
            new = other.bucket(*self._place(column)) if self._is_bucket(column) else column
            found[new] = found.get(new, 0) + amount
        return found

    def has_buckets(self, values: Values) -> bool:
        return any(self._is_bucket(column) for column in values)

    def bucket(self, which: int, up_to_ms: int | None) -> Column:
        """The column of BUCKETS[which] for durations up to a border; None: above the last one."""
        position = self._buckets - 1 if up_to_ms is None else bisect_left(self.borders_ms, up_to_ms)
        return len(COUNT_NAMES) + which * self._buckets + position

    def _place(self, column: Column) -> tuple[int, int | None]:
        assert isinstance(column, int)
        which, position = divmod(column - len(COUNT_NAMES), self._buckets)
        return which, self.borders_ms[position] if position < len(self.borders_ms) else None

    @staticmethod
    def _is_bucket(column: Column) -> bool:
        return isinstance(column, int) and column >= len(COUNT_NAMES)


def money_column(name: str, currency: str) -> str:
    """The column of an amount of money: `name` is one of MONEY."""
    return f"{name}:{currency}"


def add_to(values: Values, columns: Iterable[tuple[Column, int]]) -> None:
    """Add amounts to a set of counts."""
    for column, amount in columns:
        values[column] = values.get(column, 0) + amount


def raise_to(values: Values, other: Values) -> None:
    """Raise every count to that of `other` where that is higher."""
    for column, amount in other.items():
        if amount > values.get(column, 0):
            values[column] = amount
