"""A door of ClickHouse's HTTP interface to the engine in chdb, in one process that owns the data folder.

Enough of the protocol for clickhouse-connect and BI tools; no users, no sessions, no cluster.
"""
