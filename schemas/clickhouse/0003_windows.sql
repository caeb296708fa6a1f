-- The month is of a key column, so all versions of a row lie in one partition.
CREATE TABLE IF NOT EXISTS windows
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `channel` LowCardinality(String) COMMENT 'live_chat, chat, social or email; decides the thresholds',
    `queue` LowCardinality(String) COMMENT 'the session''s first queue, or unknown',
    `country` LowCardinality(String) COMMENT 'ISO 3166 code, or unknown',
    `start` DateTime('UTC') COMMENT 'first instant of the minute that the counts were decided in [UTC]' CODEC(Delta, ZSTD(1)),
    `partition` UInt16 COMMENT 'Kafka partition that the row comes from',
    `epoch` UInt16 COMMENT 'raised when the topics are made anew; part of the version',
    `definition_version` UInt16 COMMENT 'version of the definitions that the row was computed with',
    `records` Int64 COMMENT 'sessions that started in this minute [sessions]' CODEC(T64, ZSTD(1)),
    `offered` Int64 COMMENT 'sessions that asked for a person in this minute [sessions]' CODEC(T64, ZSTD(1)),
    `answered` Int64 COMMENT 'sessions that got their first reply in this minute [sessions]' CODEC(T64, ZSTD(1)),
    `wait_ms` Int64 COMMENT 'sum of the waits of answered [ms]' CODEC(T64, ZSTD(1)),
    `answered_queued` Int64 COMMENT 'of answered, those who waited 1 s or more [sessions]' CODEC(T64, ZSTD(1)),
    `accepted` Int64 COMMENT 'sessions that an agent joined in this minute [sessions]' CODEC(T64, ZSTD(1)),
    `pickup_ms` Int64 COMMENT 'sum of the pickups of accepted [ms]' CODEC(T64, ZSTD(1)),
    `abandoned` Int64 COMMENT 'customers who gave up in this minute [sessions]' CODEC(T64, ZSTD(1)),
    `abandon_ms` Int64 COMMENT 'sum of the times to abandon of abandoned [ms]' CODEC(T64, ZSTD(1)),
    `short_abandoned` Int64 COMMENT 'of abandoned, those within the channel''s short_abandon_seconds [sessions]' CODEC(T64, ZSTD(1)),
    `rejected` Int64 COMMENT 'ended by the system in this minute before any human reply [sessions]' CODEC(T64, ZSTD(1)),
    `unanswered` Int64 COMMENT 'ended by an agent or the time-out in this minute without a human reply [sessions]' CODEC(T64, ZSTD(1)),
    `left_before_queue` Int64 COMMENT 'ended in the bot or pre-chat form in this minute [sessions]' CODEC(T64, ZSTD(1)),
    `outside_hours` Int64 COMMENT 'outside-hours sessions that ended in this minute [sessions]' CODEC(T64, ZSTD(1)),
    `invalid` Int64 COMMENT 'invalid sessions that ended in this minute [sessions]' CODEC(T64, ZSTD(1)),
    `met_good` Int64 COMMENT 'good threshold met, decided in this minute [sessions]' CODEC(T64, ZSTD(1)),
    `missed_good` Int64 COMMENT 'good threshold missed, certain since this minute [sessions]' CODEC(T64, ZSTD(1)),
    `met_bad` Int64 COMMENT 'bad threshold met, decided in this minute [sessions]' CODEC(T64, ZSTD(1)),
    `missed_bad` Int64 COMMENT 'bad threshold missed, certain since this minute [sessions]' CODEC(T64, ZSTD(1)),
    `measured` Int64 COMMENT 'answered sessions that ended in this minute and have an effective duration [sessions]' CODEC(T64, ZSTD(1)),
    `total_ms` Int64 COMMENT 'sum of the total durations of measured [ms]' CODEC(T64, ZSTD(1)),
    `effective_ms` Int64 COMMENT 'sum of the effective durations of measured [ms]' CODEC(T64, ZSTD(1)),
    `borders_seconds` Array(UInt32) COMMENT 'upper borders of the buckets, included; one more bucket lies above the last [s]' CODEC(ZSTD(1)),
    `answered_buckets` Array(Int64) COMMENT 'answered by wait, per bucket, not cumulative [sessions]' CODEC(ZSTD(1)),
    `abandoned_buckets` Array(Int64) COMMENT 'abandoned by time to abandon, per bucket, not cumulative [sessions]' CODEC(ZSTD(1)),
    `version` UInt64 COMMENT 'a higher one replaces a lower one; = epoch << 48 | Kafka offset of the row' CODEC(Delta, ZSTD(1)),
    `loaded_at` DateTime('UTC') DEFAULT now('UTC') COMMENT 'when the row was written to ClickHouse; retention counts from here' CODEC(T64, ZSTD(1)),
    INDEX start_range start TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(start)
ORDER BY (tenant, channel, queue, country, start, partition)
TTL loaded_at + INTERVAL 1100 DAY DELETE
COMMENT 'counts of what was decided in each minute, per cell and Kafka partition; read with FINAL, sum over partition';
