-- Not partitioned: every time of a session can be corrected by a late event, and a row whose partition changes
-- is never merged with its older version (docs/clickhouse.md has the experiment).
CREATE TABLE IF NOT EXISTS sessions
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `session` String COMMENT 'conversation/n: the n-th attempt of a customer to be helped in this conversation' CODEC(ZSTD(1)),
    `partition` UInt16 COMMENT 'Kafka partition that the row comes from',
    `epoch` UInt16 COMMENT 'raised when the topics are made anew; part of the version',
    `definition_version` UInt16 COMMENT 'version of the definitions that the row was computed with',
    `deleted` UInt8 COMMENT '1: a late event took the session away; FINAL leaves the row out',
    `source` LowCardinality(String) COMMENT 'platform and instance that reported the session',
    `channel` LowCardinality(String) COMMENT 'live_chat, chat, social or email; decides the thresholds',
    `queue` LowCardinality(String) COMMENT 'the session''s first queue, or unknown',
    `country` LowCardinality(String) COMMENT 'ISO 3166 code, or unknown',
    `language` LowCardinality(Nullable(String)) COMMENT 'language tag, where the source tells it',
    `direction` LowCardinality(String) COMMENT 'inbound or outbound',
    `started_at` DateTime64(3, 'UTC') COMMENT 'first event of the session [UTC]' CODEC(T64, ZSTD(1)),
    `requested_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'first instant at which the customer asked for a person [UTC]' CODEC(T64, ZSTD(1)),
    `accepted_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'first instant at which a human agent joined [UTC]' CODEC(T64, ZSTD(1)),
    `first_reply_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'first message of a human agent that the customer can see [UTC]' CODEC(T64, ZSTD(1)),
    `ended_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'when the session was closed or given up [UTC]' CODEC(T64, ZSTD(1)),
    `ended_by` LowCardinality(Nullable(String)) COMMENT 'who ended it: customer, agent, system or timeout',
    `ended_reason` LowCardinality(Nullable(String)) COMMENT 'why it ended, in the source''s words',
    `last_event_at` DateTime64(3, 'UTC') COMMENT 'newest event of the session [UTC]' CODEC(T64, ZSTD(1)),
    `outcome` LowCardinality(String) COMMENT 'open, waiting, answered, abandoned, rejected, unanswered, left_before_queue, outside_hours, outbound or invalid',
    `wait_ms` Nullable(Int64) COMMENT 'how long the customer waited for a person''s first reply; = first_reply_at - requested_at [ms]' CODEC(T64, ZSTD(1)),
    `pickup_ms` Nullable(Int64) COMMENT 'how long until an agent joined; = accepted_at - requested_at [ms]' CODEC(T64, ZSTD(1)),
    `time_to_abandon_ms` Nullable(Int64) COMMENT 'how long a customer who gave up had waited; = left at - requested_at [ms]' CODEC(T64, ZSTD(1)),
    `short_abandon` UInt8 COMMENT '1: abandoned within the channel''s short_abandon_seconds (default 10)',
    `total_ms` Nullable(Int64) COMMENT 'the whole session as the customer lived it; = ended_at - requested_at [ms]' CODEC(T64, ZSTD(1)),
    `effective_ms` Nullable(Int64) COMMENT 'time in which somebody wrote or spoke: gaps between messages from the first reply on, each capped, or the talk time [ms]' CODEC(T64, ZSTD(1)),
    `good_ms` Int64 COMMENT 'the channel''s good threshold on the wait [ms]' CODEC(T64, ZSTD(1)),
    `bad_ms` Int64 COMMENT 'the channel''s bad threshold on the wait [ms]' CODEC(T64, ZSTD(1)),
    `verdict_good` LowCardinality(Nullable(String)) COMMENT 'met, missed or none (the customer left at or before the good threshold); null: not certain yet',
    `verdict_good_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'first instant at which the verdict on the good threshold was certain [UTC]' CODEC(T64, ZSTD(1)),
    `verdict_bad` LowCardinality(Nullable(String)) COMMENT 'met, missed or none (the customer left at or before the bad threshold); null: not certain yet',
    `verdict_bad_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'first instant at which the verdict on the bad threshold was certain [UTC]' CODEC(T64, ZSTD(1)),
    `service_class` LowCardinality(Nullable(String)) COMMENT 'good: replied within the good threshold; tolerable: within the bad one; else bad; null: no verdict',
    `transfers` UInt32 COMMENT 'times that the session went to another queue' CODEC(T64, ZSTD(1)),
    `customer_messages` UInt32 COMMENT 'messages of the customer' CODEC(T64, ZSTD(1)),
    `agent_messages` UInt32 COMMENT 'messages of human agents' CODEC(T64, ZSTD(1)),
    `bot_messages` UInt32 COMMENT 'messages of bots' CODEC(T64, ZSTD(1)),
    `events` UInt32 COMMENT 'different events that the facts were folded from' CODEC(T64, ZSTD(1)),
    `version` UInt64 COMMENT 'a higher one replaces a lower one; = epoch << 48 | Kafka offset of the row' CODEC(Delta, ZSTD(1)),
    `loaded_at` DateTime('UTC') DEFAULT now('UTC') COMMENT 'when the row was written to ClickHouse; retention counts from here' CODEC(T64, ZSTD(1)),
    `conversation` String ALIAS substring(session, 1, length(session) - position(reverse(session), '/')) COMMENT 'the platform''s thread',
    INDEX started_at_range started_at TYPE minmax GRANULARITY 1,
    INDEX requested_at_range requested_at TYPE minmax GRANULARITY 1,
    INDEX ended_at_range ended_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY (tenant, session)
TTL loaded_at + INTERVAL 1100 DAY DELETE
COMMENT 'facts of each session, its newest version; read sessions_final, or this with FINAL';
