"""Alerts on sources: does everything come that they have to tell."""

from attesa.core import metrics
from attesa.slo.alerts import Alert, alert, marked
from attesa.slo.promql import without_data_tenants

QUIET = "30m"  # for so long a source is not heard of
USUALLY_HEARD = 10  # times in as long, a week and two weeks before


def source_alerts() -> list[Alert]:
    """Does everything come that the sources have to tell."""
    missing = metrics.SOURCE_MISSING_EVENTS
    return [
        alert(
            "SourceQuiet",
            f"{_heard()} == 0\nand on (tenant, source)\n({_heard('1w')} >= {USUALLY_HEARD})\n"
            f"and on (tenant, source)\n({_heard('2w')} >= {USUALLY_HEARD})\n{without_data_tenants()}",
            marked("ticket", "pipeline"),
            summary="{{ $labels.tenant }}: nothing comes of source {{ $labels.source }}",
            description=(
                f"Nothing of {{{{ $labels.source }}}} has come for {QUIET}, which is not usual at this hour: "
                "its customers may be chatting, and nobody counts them."
            ),
        ),
        alert(
            "SourceGaps",
            f"max by (tenant, source) ({missing})\n> max by (tenant, source) ({missing} offset 1h)\n"
            f"{without_data_tenants()}",
            marked("ticket", "pipeline"),
            wait="10m",
            summary="{{ $labels.tenant }}: events of source {{ $labels.source }} are missing",
            description=(
                "{{ $value }} numbers that {{ $labels.source }} has given its events have not come, "
                "more than an hour before."
            ),
        ),
    ]


def _heard(before: str = "") -> str:
    """How often a source was heard of anew within QUIET."""
    offset = f" offset {before}" if before else ""
    return f"max by (tenant, source) (changes({metrics.SOURCE_LAST_EVENT}[{QUIET}]{offset}))"
