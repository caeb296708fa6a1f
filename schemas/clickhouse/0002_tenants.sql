CREATE TABLE IF NOT EXISTS tenants
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `time_zone` LowCardinality(String) COMMENT 'IANA time zone of the tenant''s reports',
    `clock` LowCardinality(String) COMMENT 'wall, or data for replays of history',
    `attribution_hours` UInt16 COMMENT 'how long after the first human reply a purchase is credited [h]',
    `version` UInt64 COMMENT 'when the row was written, in ms since 1970; a higher one replaces a lower one'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY tenant
COMMENT 'time zone, clock and attribution window of each configured tenant, written by attesa migrate; read with FINAL';
