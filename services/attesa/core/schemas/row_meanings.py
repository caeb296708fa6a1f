"""What the fields of rows mean, in the words that the schemas carry. No numbers are defined here."""

# By name; `Struct.name` where a struct's field means something of its own.
ROW_FIELDS = {
    "kind": "Tells the kinds of rows on a topic apart.",
    "tenant": "Whose data this is.",
    "DeadLetter.tenant": "Whose event it was; null where none can be read from it.",
    "partition": "Kafka partition of the events behind the row, and of the row in its own topic.",
    "epoch": "Raised when the topics are made anew; the row's version is epoch << 48 | its offset.",
    "definition_version": "Version of the definitions that the row was computed with.",
    "deleted": "It is gone: taken away by a late event, or another customer's now. Forget it.",
    # cells
    "channel": "live_chat, chat, social or email; any of agents on duty, none of orders without a session.",
    "queue": "The session's first queue, or unknown; of legs and slots the leg's queue.",
    "country": "ISO 3166-1 alpha-2, or unknown.",
    # panes and totals
    "processor": "Who counted: sessions, or customers (what came of sessions afterwards). Their rows add up.",
    "width_seconds": "Length of the pane: 10 or 60.",
    "start": "Begin of the pane, included; its end is not. [milliseconds since 1970, UTC]",
    "borders_seconds": "Upper borders of the buckets, ascending.",
    "counts": "What was decided in the pane.",
    "total": "The true totals: they may fall by a correction.",
    "published": "The maximum of the totals so far: a counter made of it never falls.",
    "oldest_requested_at": "Of those waiting now, the earliest request; null where nobody waits.",
    # clocks
    "mode": "wall: present time; data: a replay, whose time its own events tell.",
    "clock": "The tenant's time in this partition; verdicts are given up to it. "
    "[milliseconds since 1970, UTC]",
    "newest_event_at": "Newest event time seen, those in the future left out.",
    "position": "Next offset of the processor's topic that will be read.",
    "end_offset": "End of that topic's partition when it was last looked at.",
    "held": "Verdicts wait because the partition is behind its end, or a source is silent.",
    "held_by": "The source that promised a heartbeat and is silent; null: none.",
    "sources": "The newest event time seen of each source, heartbeats included. "
    "[milliseconds since 1970, UTC]",
    "numbers": "Of each source that numbers its events, which numbers came in this partition.",
    "lowest": "The lowest; the next one that will come, where none has come.",
    "highest": "The highest that came, or that a heartbeat told.",
    "seen": "How many different ones came.",
    "written_at": "When the row was written, by the worker's clock.",
    "reasons": "How many events were not used as they came, by reason: duplicate, late, unknown_field, ...",
    # dead letters
    "reason": "A word for why it could not be used.",
    "path": "The field that is to blame, as in data.by; empty where it is the whole.",
    "detail": "A sentence for people.",
    "topic": "Topic that it lay on; empty for a row of a file.",
    "DeadLetter.partition": "Its partition there.",
    "offset": "Its offset there.",
    "origin": "File and line of an imported row; empty for a message.",
    "size_bytes": "Its size.",
    "sha256": "SHA-256 of its bytes, hexadecimal.",
    "at": "When it became a dead letter. [milliseconds since 1970, UTC]",
    "sealed": "Its bytes, encrypted with the configured key; null without one.",
}
