CREATE TABLE IF NOT EXISTS dead_letters
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; empty where it could not be read',
    `reason` LowCardinality(String) COMMENT 'why the record or row could not be used',
    `path` String COMMENT 'the field at fault',
    `detail` String COMMENT 'the reason in words',
    `topic` LowCardinality(String) COMMENT 'Kafka topic that it was read from',
    `partition` Int32 COMMENT 'Kafka partition that it was read from',
    `offset` Int64 COMMENT 'Kafka offset that it was read from',
    `origin` String COMMENT 'file and line, where it came from a file',
    `epoch` UInt16 COMMENT 'epoch of the topic that it was read from; 0 where it came from a file',
    `size_bytes` Int64 COMMENT 'length of what was refused [bytes]',
    `sha256` String COMMENT 'SHA-256 of what was refused, in hexadecimal',
    `at` DateTime64(3, 'UTC') COMMENT 'when it became a dead letter [UTC]',
    `sealed` Nullable(String) COMMENT 'the bytes, encrypted; null where no key is configured, and after 7 days' TTL toDateTime(at) + INTERVAL 7 DAY,
    `version` UInt64 COMMENT 'a higher one replaces a lower one; = epoch << 48 | Kafka offset of the row',
    `loaded_at` DateTime('UTC') DEFAULT now('UTC') COMMENT 'when the row was written to ClickHouse; retention counts from here [UTC]'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, topic, partition, offset, origin, epoch)
TTL loaded_at + INTERVAL 1100 DAY DELETE
COMMENT 'what could not be used, and why; read with FINAL';
