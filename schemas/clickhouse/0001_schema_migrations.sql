CREATE TABLE IF NOT EXISTS schema_migrations
(
    `version` UInt32 COMMENT 'number of the file',
    `name` String COMMENT 'name of the file',
    `checksum` String COMMENT 'SHA-256 of the file as it was applied, in hexadecimal',
    `applied_at` DateTime64(3, 'UTC') COMMENT 'when it was applied [UTC]'
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY version
COMMENT 'which numbered files of schemas/clickhouse have been applied';
