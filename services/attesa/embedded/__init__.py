"""The local stack behind the demo and the tests: Kafka, ClickHouse's engine, Prometheus; no Docker.

Real parts in processes of their own. No service imports this package.
"""
