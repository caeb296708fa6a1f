"""Alerts about the gateway: whether what platforms deliver is believed, and reaches Kafka. Pure."""

from attesa.slo.alerts import Alert, alert, marked

REQUESTS = "attesa_gateway_source_requests_total"
UNVERIFIED = "attesa_gateway_verify_failures_total"
PRODUCE_SECONDS = "attesa_gateway_produce_seconds"
SPOOL_RECORDS = "attesa_gateway_spool_records"
SPOOL_OLDEST = "attesa_gateway_spool_oldest_seconds"
SPOOL_BYTES = "attesa_gateway_spool_bytes"
SPOOL_LIMIT = "attesa_gateway_spool_limit_bytes"
SPOOL_ASIDE = "attesa_gateway_spool_aside_records"

UNVERIFIED_SHARE = 0.5
UNVERIFIED_MINIMUM = 5
WAITED_SECONDS = 120  # a broker's restart takes less
FULL_RATIO = 0.8


def delivery_alerts() -> list[Alert]:
    """Is every delivery believed that should be, and none kept from Kafka."""
    return [
        _unverified(),
        alert(
            "SpoolNotDraining",
            f"max by (instance) ({SPOOL_OLDEST}) > {WAITED_SECONDS}",
            marked("page", "pipeline", inhibits="slo"),
            summary="Gateway {{ $labels.instance }} holds deliveries that Kafka lacks",
            description=(
                "The oldest has waited for {{ $value | humanizeDuration }}: replies may be among them, so "
                "until they arrive nobody can be blamed."
            ),
        ),
        alert(
            "SpoolNearlyFull",
            f"max by (instance) ({SPOOL_BYTES} / {SPOOL_LIMIT}) > {FULL_RATIO}",
            marked("page", "pipeline"),
            summary="The spool of gateway {{ $labels.instance }} is nearly full",
            description=(
                "{{ $value | humanizePercentage }} of its bytes are in use; once it is full, deliveries of "
                "platforms that hardly send again are lost."
            ),
        ),
        alert(
            "SpoolRecordsAside",
            f"max by (instance) ({SPOOL_ASIDE}) > 0",
            marked("ticket", "pipeline"),
            summary="Kafka refuses records of gateway {{ $labels.instance }} for good",
            description="{{ $value }} records lie aside in its spool; its log says of which topic, and why.",
        ),
    ]


def _unverified() -> Alert:
    """Of a source that was believed within the last day: others have been set up by nobody yet."""
    failures = f"sum by (source) (increase({UNVERIFIED}[10m]))"
    asked = f"sum by (source) (increase({REQUESTS}[10m]))"
    believed = f'sum by (source) (increase({REQUESTS}{{outcome=~"accepted|spooled"}}[1d]))'
    return alert(
        "DeliveriesUnverified",
        f"({failures} / {asked}) > {UNVERIFIED_SHARE}\n"
        f"and on (source)\n({failures} >= {UNVERIFIED_MINIMUM})\n"
        f"and on (source)\n({believed} > 0)",
        marked("page", "pipeline"),
        wait="5m",
        summary="Deliveries of {{ $labels.source }} are not believed any more",
        description=(
            "{{ $value | humanizePercentage }} of its requests in 10 minutes had no right signature or "
            "token, although it was believed within the last day: each is lost unless the platform sends it "
            "again."
        ),
    )
