"""The report's groups of further numbers, by the names of schemas/numbers: sums, means and shares. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from attesa.loader.ratios import Interval, net_interval, ratio, wilson

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Numbers:
    """One group. Where `known` counts nothing no source could tell, and all of the group is null.

    `sums` are columns of session_numbers, `means` their means (of `_ms` columns in seconds); `shares` are
    parts of wholes, with a Wilson interval where they are named in `intervals`.
    """

    known: str = "records"
    sums: tuple[str, ...] = ()
    means: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    intervals: tuple[str, ...] = ()

    @property
    def columns(self) -> set[str]:
        """What has to be summed."""
        return {self.known, *self.sums, *(name for share in self.shares.values() for name in share)}

    def of(self, row: Row) -> dict[str, Any]:
        """The group's numbers from the sums and means of a row."""
        found: dict[str, Any] = {name: row[name] for name in (*self.sums, *self.means)}
        for name, (part, whole) in self.shares.items():
            found[name] = ratio(row[part], row[whole])
            if name in self.intervals:
                found |= ends(name, wilson(row[part], row[whole]))
        return found if row[self.known] else dict.fromkeys(found)


_MANNERS = (
    "question_clusters", "long_messages", "voice_messages", "greeting", "thanks", "name", "mirror_question",
    "closing_summary", "abbreviation", "more_help",
)  # fmt: skip

GROUPS_OF_NUMBERS = {
    "waits": Numbers(
        known="offered",
        means={
            "average_pickup_seconds": "pickup_ms",
            "average_useful_wait_seconds": "useful_wait_ms",
            "average_time_to_person_seconds": "time_to_person_ms",
            "average_business_wait_seconds": "business_wait_ms",
        },
    ),
    "losses": Numbers(
        sums=(
            "rejected_full", "rejected_nobody_on_duty", "unanswered_agent", "unanswered_timeout",
            "abandoned_in_transfer",
        ),
    ),
    "expectation": Numbers(
        known="judged",
        sums=("judged", "good", "tolerable", "covered"),
        means={"average_expectation_coverage": "expectation_coverage"},
        shares={"expectation_score": ("content", "judged")},
    ),
    "promised_wait": Numbers(
        known="promised",
        sums=("promised", "promises_kept"),
        shares={"promises_kept_ratio": ("promises_kept", "promised")},
        intervals=("promises_kept_ratio",),
    ),
    "next_replies": Numbers(
        known="with_messages",
        sums=("next_replies", "synchronous_replies"),
        shares={
            "average_next_reply_seconds": ("next_reply_seconds", "next_replies"),
            "next_service_level": ("next_met_good", "next_judged"),
            "synchronous_service_level": ("synchronous_met_good", "synchronous_judged"),
        },
        intervals=("next_service_level",),
    ),
    "conversion": Numbers(
        known="purchases_known",
        sums=(
            "answered", "converted", "converted_first_touch", "sales_offered", "sales_answered",
            "sales_converted", "orders", "incremental_answers", "incremental",
        ),
        shares={
            "conversion_ratio": ("converted", "answered"),
            "conversion_offered_ratio": ("converted", "offered"),
            "conversion_sales_ratio": ("sales_converted", "sales_answered"),
            "conversion_first_touch_ratio": ("converted_first_touch", "answered"),
            "incremental_conversion_ratio": ("incremental", "incremental_answers"),
        },
        intervals=("conversion_ratio", "incremental_conversion_ratio"),
    ),
    "survey": Numbers(
        known="surveyed",
        sums=(
            "survey_asked", "survey_answered", "survey_too_early", "nps_answers", "nps_promoters",
            "nps_detractors", "csat_answers", "csat_top_two",
        ),
        means={"average_influence": "influence"},
        shares={
            "survey_response_ratio": ("survey_answered", "survey_asked"),
            "survey_too_early_ratio": ("survey_too_early", "survey_asked"),
            "csat_top_two_ratio": ("csat_top_two", "csat_answers"),
        },
        intervals=("survey_response_ratio", "csat_top_two_ratio"),
    ),
    "recontact": Numbers(
        known="recontact_known",
        sums=(
            "recontact_known", "recontacted", "recontacted_other_team", "dropped", "resolved_known",
            "first_contact_resolved", "spill_over_public", "spill_over_private",
        ),
        shares={
            "recontacted_ratio": ("recontacted", "recontact_known"),
            "dropped_ratio": ("dropped", "recontact_known"),
            "first_contact_resolution_ratio": ("first_contact_resolved", "resolved_known"),
        },
        intervals=("recontacted_ratio", "dropped_ratio", "first_contact_resolution_ratio"),
    ),
    "transfers": Numbers(
        sums=("transfers", "transfers_without_context", "transfers_without_note"),
        shares={"transfers_without_context_ratio": ("transfers_without_context", "transfers")},
    ),
    "rhythm": Numbers(
        known="with_messages",
        sums=(
            "with_messages", "ended", "left_unanswered", "hung_up", "nudges", "nudged", "turns",
            "single_message_turns", "agent_bursts", "customer_messages", "agent_messages",
        ),
        means={"average_longest_silence_seconds": "longest_silence_ms"},
        shares={
            "hung_up_ratio": ("hung_up", "ended"),
            "nudged_ratio": ("nudged", "ended"),
            "alternation_ratio": ("single_message_turns", "turns"),
        },
        intervals=("hung_up_ratio", "nudged_ratio"),
    ),
    "manners": Numbers(
        known="with_messages",
        sums=_MANNERS,
        shares={f"{name}_ratio": (name, "agent_messages") for name in _MANNERS},
    ),
    "self_service": Numbers(
        known="with_bot",
        sums=("from_bot", "self_served", "self_service_failed"),
        means={"average_bot_seconds": "bot_ms", "average_form_fields": "form_fields"},
    ),
    "video": Numbers(known="with_messages", sums=("video",)),
}  # fmt: skip


def ends(name: str, interval: Interval | None) -> dict[str, float | None]:
    """The ends of a number's interval under their names."""
    low, high = interval or (None, None)
    return {f"{name}_low": low, f"{name}_high": high}


def further_numbers(row: Row) -> dict[str, Any]:
    """The groups of one row of the query, and what no sum, mean or share tells."""
    found = {name: numbers.of(row) for name, numbers in GROUPS_OF_NUMBERS.items()}
    survey, conversion, video = found["survey"], found["conversion"], found["video"]
    asked, bought = bool(row["surveyed"]), bool(row["purchases_known"])
    plus, minus, answers = row["nps_promoters"], row["nps_detractors"], row["nps_answers"]
    survey["nps_score"] = ratio(plus - minus, answers)
    survey |= ends("nps_score", net_interval(plus, minus, answers))
    survey["csat_mean"] = row["csat_mean"]
    survey["influence_answers"] = list(row["influence_answers"]) if asked else None
    for name in ("revenue_minor", "refunded_minor"):
        conversion[name] = dict(row[name]) if bought else None
    video["video_converted"] = row["video_converted"] if bought else None
    video["video_conversion_ratio"] = ratio(row["video_converted"], row["video"]) if bought else None
    return found
