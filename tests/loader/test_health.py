from prometheus_client import generate_latest

from attesa.loader.health import Metrics


def test_every_series_is_there_from_the_start():
    text = generate_latest(Metrics().registry).decode()
    for line in (
        'attesa_loader_rows_total{table="sessions"} 0.0',
        'attesa_loader_errors_total{kind="refused"} 0.0',
        'attesa_loader_last_insert_timestamp_seconds{table="windows"} 0.0',
        "attesa_loader_pending_rows 0.0",
        'attesa_loader_lag_records{topic="attesa.sessions"} 0.0',
    ):
        assert line in text
