"""Rows of the bank's files, made by hand: a plain queued and answered call, and what differs from it."""

from attesa.replay.technion import COLUMNS

HEADER = "\t".join(COLUMNS).encode() + b"\r\n"

ANSWERED = {
    "vru+line": "AA0101",
    "call_id": "33116",
    "customer_id": "27997683",
    "priority": "2",
    "type": "PS",
    "date": "990113",
    "vru_entry": "10:00:00",
    "vru_exit": "10:00:10",
    "vru_time": "10",
    "q_start": "10:00:10",
    "q_exit": "10:01:00",
    "q_time": "50",
    "outcome": "AGENT",
    "ser_start": "10:00:59",
    "ser_exit": "10:03:01",
    "ser_time": "122",
    "server": "AVI",
}
NO_QUEUE = {"q_start": "0:00:00", "q_exit": "0:00:00", "q_time": "0"}
NO_SERVICE = {"ser_start": "0:00:00", "ser_exit": "0:00:00", "ser_time": "0", "server": "NO_SERVER"}
HUNG_UP = {"outcome": "HANG", **NO_SERVICE}


def row(*changes: dict[str, str], **more: str) -> bytes:
    values = dict(ANSWERED)
    for change in (*changes, more):
        values.update(change)
    return "\t".join(values[column] for column in COLUMNS).encode("latin-1")


def month(*rows: bytes, header: bytes = HEADER, ending: bytes = b"\r\n") -> list[bytes]:
    return [header, *(one + ending for one in rows)]
