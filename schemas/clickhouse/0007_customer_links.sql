-- Kept without limit: a link that is forgotten would part what has been counted as one.
CREATE TABLE IF NOT EXISTS customer_links
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `customer` String COMMENT 'a pseudonym' CODEC(ZSTD(1)),
    `same_as` String COMMENT 'the other pseudonym of the same customer' CODEC(ZSTD(1)),
    `partition` UInt16 COMMENT 'Kafka partition that the row comes from',
    `epoch` UInt16 COMMENT 'raised when the topics are made anew; part of the version',
    `at` DateTime64(3, 'UTC') COMMENT 'when the link became known [UTC]' CODEC(T64, ZSTD(1)),
    `version` UInt64 COMMENT 'a higher one replaces a lower one; = epoch << 48 | Kafka offset of the row' CODEC(Delta, ZSTD(1)),
    `loaded_at` DateTime('UTC') DEFAULT now('UTC') COMMENT 'when the row was written to ClickHouse; retention counts from here [UTC]' CODEC(T64, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, customer, same_as)
COMMENT 'pairs of pseudonyms that are one customer; read with FINAL';
