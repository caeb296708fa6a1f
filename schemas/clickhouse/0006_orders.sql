CREATE TABLE IF NOT EXISTS orders
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `order_id` String COMMENT 'the shop''s order' CODEC(ZSTD(1)),
    `customer` String COMMENT 'the buyer as a pseudonym' CODEC(ZSTD(1)),
    `partition` UInt16 COMMENT 'Kafka partition that the row comes from',
    `epoch` UInt16 COMMENT 'raised when the topics are made anew; part of the version',
    `definition_version` UInt16 COMMENT 'version of the definitions that the row was computed with',
    `deleted` UInt8 COMMENT 'taken away by a late event or a changed link to a customer; FINAL leaves the row out',
    `made_at` DateTime64(3, 'UTC') COMMENT 'when the order was made [UTC]' CODEC(T64, ZSTD(1)),
    `value_minor` Int64 COMMENT 'value of the order [minor units]' CODEC(T64, ZSTD(1)),
    `currency` LowCardinality(String) COMMENT 'ISO 4217 code',
    `refunded_minor` Int64 COMMENT 'what of it was refunded [minor units]' CODEC(T64, ZSTD(1)),
    `refunded_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'when the newest refund was made; null: none [UTC]' CODEC(T64, ZSTD(1)),
    `last_touch` Nullable(String) COMMENT 'the session that is credited by last touch; null: none' CODEC(ZSTD(1)),
    `first_touch` Nullable(String) COMMENT 'the session that is credited by first touch; null: none' CODEC(ZSTD(1)),
    `joined_by` LowCardinality(Nullable(String)) COMMENT 'conversation: the shop named it; customer: the customer''s last answered session; null: no credit',
    `path` Array(LowCardinality(String)) COMMENT 'channels of the customer''s sessions within the attribution window before the order, oldest first' CODEC(ZSTD(1)),
    `version` UInt64 COMMENT 'a higher one replaces a lower one; = epoch << 48 | Kafka offset of the row' CODEC(Delta, ZSTD(1)),
    `loaded_at` DateTime('UTC') DEFAULT now('UTC') COMMENT 'when the row was written to ClickHouse; retention counts from here [UTC]' CODEC(T64, ZSTD(1)),
    INDEX made_at_range made_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY (tenant, order_id, customer)
TTL loaded_at + INTERVAL 1100 DAY DELETE
COMMENT 'each order, the sessions that it is credited to, and the path to it; read with FINAL';
