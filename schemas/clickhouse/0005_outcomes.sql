-- In the order of sessions, so that both are read side by side. The customer is of the key: a session that moves
-- to another customer is deleted in one Kafka partition and told in another, and their versions do not compare.
CREATE TABLE IF NOT EXISTS outcomes
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `session` String COMMENT 'conversation/n: the n-th attempt of a customer to be helped in this conversation' CODEC(ZSTD(1)),
    `customer` String COMMENT 'the customer as a pseudonym' CODEC(ZSTD(1)),
    `partition` UInt16 COMMENT 'Kafka partition that the row comes from',
    `epoch` UInt16 COMMENT 'raised when the topics are made anew; part of the version',
    `definition_version` UInt16 COMMENT 'version of the definitions that the row was computed with',
    `deleted` UInt8 COMMENT 'taken away by a late event or a changed link to a customer; FINAL leaves the row out',
    `recontact_of` Nullable(String) COMMENT 'the session that this one is a recontact of' CODEC(ZSTD(1)),
    `recontacted_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'when the customer''s next session within 24 h began, on whichever channel; null: he did not come back [UTC]' CODEC(T64, ZSTD(1)),
    `recontacted_by` Nullable(String) COMMENT 'that session' CODEC(ZSTD(1)),
    `recontacted_other_team` Nullable(UInt8) COMMENT 'another team than before replied there; null: not recontacted, or not told',
    `dropped` UInt8 COMMENT 'the customer came back within 5 min of an end that he did not choose',
    `spill_over` LowCardinality(Nullable(String)) COMMENT 'public or private: a social session of the customer within 7 days',
    `first_contact_resolution` Nullable(UInt8) COMMENT 'ended as resolved, and not recontacted; null: not ended as resolved',
    `self_service` LowCardinality(Nullable(String)) COMMENT 'of sessions that ended in the bot: served, or failed where he came back within 24 h',
    `converted` UInt8 COMMENT 'a purchase is credited to the session, by last touch, that was not wholly refunded',
    `converted_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'when the first credited purchase was made, refunded or not [UTC]' CODEC(T64, ZSTD(1)),
    `converted_first_touch` UInt8 COMMENT 'a purchase is credited to the session by first touch',
    `orders` Array(String) COMMENT 'orders credited to the session, by last touch' CODEC(ZSTD(1)),
    `revenue_minor` Map(LowCardinality(String), Int64) COMMENT 'value of the credited orders by currency; never added across currencies [minor units]' CODEC(ZSTD(1)),
    `refunded_minor` Map(LowCardinality(String), Int64) COMMENT 'what of it was refunded, by currency [minor units]' CODEC(ZSTD(1)),
    `incremental` Nullable(UInt8) COMMENT 'the buyer would not have bought without the chat; null: not credited, or he did not say',
    `version` UInt64 COMMENT 'a higher one replaces a lower one; = epoch << 48 | Kafka offset of the row' CODEC(Delta, ZSTD(1)),
    `loaded_at` DateTime('UTC') DEFAULT now('UTC') COMMENT 'when the row was written to ClickHouse; retention counts from here [UTC]' CODEC(T64, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY (tenant, session, customer)
TTL loaded_at + INTERVAL 1100 DAY DELETE
COMMENT 'what became of each session of a known customer: recontact, purchases; read sessions_final, or this with FINAL';
