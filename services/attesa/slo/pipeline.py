"""Alerts about attesa itself: whether the numbers are complete, and whether anybody would be told. Pure.

Those marked `inhibits: slo` silence the service's alerts: while parts are missing, nobody can be blamed.
"""

from attesa.core import metrics
from attesa.slo.alerts import Alert, alert, marked
from attesa.slo.promql import indented, without_data_tenants
from attesa.slo.recording import Rule

SILENT_SECONDS = 120  # a partition's clock row comes every second; nobody takes so long over a rebalance
LAG_EVENTS = 1_000
LOADER_LAG = "attesa_loader_lag_records"  # the loader's own
LOADER_LAG_RECORDS = 10_000
DEAD_SHARE = 0.01
DEAD_MINIMUM = 10
# Counted, but nothing is wrong with the event: every other reason leaves it out of the numbers.
USABLE = (
    "duplicate|conflicting|corrected|unknown_field|unknown_type|unused_type|early_reply|same_queue|"
    "order_again|unknown_customer"
)
GATEWAY_DEAD = "attesa_gateway_dead_letters_total"  # the gateway's own: what no adapter can read
DEAD_INCREASE = "attesa:events_dead:increase10m"
USED_INCREASE = "attesa:events_used:increase10m"
USED = (metrics.RECORDS, metrics.CUSTOMER_MESSAGES, metrics.AGENT_MESSAGES)

SLO_UNSAFE = {"inhibits": "slo"}
JOBS = ("attesa-exporter", "attesa-gateway", "attesa-loader", "attesa-stream")


def completeness_alerts() -> list[Alert]:
    """Is every partition written, judged, and shown."""
    written = f"{metrics.PARTITION_PROGRESS} {without_data_tenants()}"
    return [
        *_not_written(),
        *_held(),
        alert(
            "ExporterAbsent",
            f"absent({metrics.PARTITIONS})",
            marked("page", "pipeline", **SLO_UNSAFE),
            wait="2m",
            summary="No exporter serves the numbers",
            description="For 2 minutes no exporter has answered, or none has read the topics to their end.",
        ),
        alert(
            "ExporterStale",
            f"(time() - max by (instance) ({written}) > {SILENT_SECONDS})\n"
            f"and on ()\n(time() - max({written}) <= {SILENT_SECONDS})",
            marked("ticket", "pipeline"),
            summary="Exporter {{ $labels.instance }} shows old numbers",
            description="It answers, but is {{ $value | humanizeDuration }} behind what another one shows.",
        ),
    ]


def _not_written() -> list[Alert]:
    """A page; of the customers processor a ticket, for who waits is known all the same."""
    found = []
    for processor, labels, felt in (
        (
            "sessions",
            marked("page", "pipeline", **SLO_UNSAFE),
            "its customers are neither counted nor judged",
        ),
        ("customers", marked("ticket", "pipeline"), "its purchases and recontacts are not counted"),
    ):
        written = f'{metrics.PARTITION_PROGRESS}{{processor="{processor}"}} {without_data_tenants()}'
        found.append(
            alert(
                "PartitionNotWritten",
                f"time() - max by (processor, partition) ({written}) > {SILENT_SECONDS}",
                labels,
                summary=f"Partition {{{{ $labels.partition }}}} of {processor} has no worker",
                description=(
                    "Nothing has been written for partition {{ $labels.partition }} for "
                    f"{{{{ $value | humanizeDuration }}}}: {felt}."
                ),
            )
        )
    return found


def _held() -> list[Alert]:
    """Verdicts are held: by a partition that is behind, or by a source that promised a heartbeat."""
    by = "tenant, processor, partition"
    held = f'{metrics.PARTITION_HELD}{{tenant!="",processor="sessions"}} {without_data_tenants()}'
    is_held = f"(min by ({by}) ({held}) == 1)"
    return [
        alert(
            "PartitionHeld",
            f"{is_held}\nunless on ({by}) {metrics.PARTITION_HELD_BY}",
            marked("page", "pipeline", **SLO_UNSAFE),
            wait="2m",
            summary="Partition {{ $labels.partition }} is behind, its verdicts are held",
            description=(
                "The worker of partition {{ $labels.partition }} has not caught up for 2 minutes; until "
                "it does, nobody of {{ $labels.tenant }} there is judged late."
            ),
        ),
        alert(
            "SourceSilent",
            f"max by (tenant, source) (\n  {metrics.PARTITION_HELD_BY}\n  and on ({by})\n  {is_held}\n) == 1",
            marked("page", "pipeline", **SLO_UNSAFE),
            wait="2m",
            summary="{{ $labels.tenant }}: source {{ $labels.source }} is silent, verdicts are held",
            description=(
                "{{ $labels.source }} promised a heartbeat and has sent nothing for 2 minutes; until it "
                "speaks, nobody of {{ $labels.tenant }} is judged late."
            ),
        ),
    ]


def dead_rules() -> list[Rule]:
    """Events left out in 10 minutes, by tenant; without a tenant, those in which none could be read.

    A reason is exported from its first event on, so a new series counts with its whole value, provided
    that its exporter was there before. Exporters tell the same; gateways each tell of their own.
    """
    dead = f'{metrics.NOT_USED}_total{{reason!~"{USABLE}"}}'
    expr = (
        "sum by (tenant) (\n  max by (tenant, reason) (\n"
        f"    (({dead} unless {dead} offset 10m)\n     and on (instance) ({metrics.PARTITIONS} offset 10m))\n"
        f"    or\n    increase({dead}[10m])\n  )\n"
        f"  or\n  sum by (tenant, source, reason) (increase({GATEWAY_DEAD}[10m]))\n)"
    )
    return [{"record": DEAD_INCREASE, "expr": expr}, {"record": USED_INCREASE, "expr": _used()}]


def _used() -> str:
    """Events that became sessions or messages, by tenant: nearly all that there are of those that count."""
    cells = ", ".join(metrics.CELL_LABELS)
    return "\n+ on (tenant)\n".join(
        f"sum by (tenant) (max by ({cells}) (increase({metric}_total[10m])))" for metric in USED
    )


def _dead_share() -> str:
    """Of all events: the tenant's, or everybody's where the tenant could not be read.

    A tenant of which nothing at all could be used has a share of 1.
    """
    named, nameless = f'{DEAD_INCREASE}{{tenant!=""}}', f'{DEAD_INCREASE}{{tenant=""}}'
    return (
        f"({named} / on (tenant) (({named} + on (tenant) {USED_INCREASE}) or on (tenant) {named}))\n"
        f"or\n({nameless} / on () (({nameless} + on () sum({USED_INCREASE})) or on () {nameless}))"
    )


def flow_alerts() -> list[Alert]:
    """Do the events that come in become numbers."""
    lag, wall = metrics.PARTITION_LAG, without_data_tenants()
    return [
        alert(
            "PipelineLagGrowing",
            f"(max by (processor, partition) ({lag} {wall}) > {LAG_EVENTS})\n"
            f"and on (processor, partition)\n"
            f"(max by (processor, partition) (delta({lag}[10m]) {wall}) > 0)",
            marked("ticket", "pipeline"),
            wait="5m",
            summary="Partition {{ $labels.partition }} of {{ $labels.processor }} falls behind",
            description=(
                "{{ $value }} events wait in partition {{ $labels.partition }}, more than 10 minutes before."
            ),
        ),
        alert(
            "DeadLettersShare",
            f"(\n{indented(_dead_share())}\n) > {DEAD_SHARE}\nand on (tenant)\n"
            f"({DEAD_INCREASE} >= {DEAD_MINIMUM})\n{without_data_tenants('10m')}",
            marked("ticket", "pipeline"),
            summary="Events arrive that cannot be used {{ with $labels.tenant }}(tenant {{ . }}){{ end }}",
            description=(
                "{{ $value | humanizePercentage }} of the events and deliveries of the last 10 minutes could "
                f"not be used; above {DEAD_SHARE * 100:g} % something is wrong at the source."
            ),
        ),
        alert(
            "ClickHouseBehind",
            f"sum by (topic) ({LOADER_LAG}) > {LOADER_LAG_RECORDS}",
            marked("ticket", "pipeline"),
            wait="10m",
            summary="ClickHouse lacks the newest rows of {{ $labels.topic }}",
            description="{{ $value }} records of {{ $labels.topic }} wait for the loader, 10 minutes now.",
        ),
        alert(
            "CounterReset",
            f"max by (tenant) (resets({metrics.SLO_EVENTS}_total[30m]) {without_data_tenants('30m')}) > 0",
            marked("ticket", "pipeline"),
            summary="{{ $labels.tenant }}: a counter of verdicts fell",
            description="Totals only fall with a new epoch; what is counted from before it shows up as new.",
        ),
    ]


def watch_alerts() -> list[Alert]:
    """Is everything up, and would anybody hear of it."""
    absent = "\nor\n".join(f'absent(up{{job="{job}"}})' for job in JOBS)
    return [
        alert(
            "ServiceDown",
            f'(up{{job=~"attesa-.+"}} == 0)\nor\n{absent}',
            marked("page", "pipeline"),
            wait="2m",
            summary="{{ $labels.job }} does not answer",
            description="Prometheus has not reached {{ $labels.job }} {{ $labels.instance }} for 2 minutes.",
        ),
        alert(
            "NotificationsFailing",
            "sum by (integration) (increase(alertmanager_notifications_failed_total[15m])) > 0",
            marked("ticket", "pipeline"),
            summary="Alertmanager cannot deliver",
            description="Notifications by {{ $labels.integration }} failed in the last 15 minutes.",
        ),
        alert(
            "Watchdog",
            "vector(1)",
            marked("none", "pipeline"),
            summary="Alerting works",
            description="Always fires. Whoever receives it raises the alarm when it stops.",
        ),
    ]
