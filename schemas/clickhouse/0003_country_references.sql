CREATE TABLE IF NOT EXISTS country_references
(
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code, or unknown',
    `reference_average_wait_seconds` Float64 COMMENT 'what is usual in the country for average_wait_seconds, by the configuration [s]',
    `reference_lost_ratio` Float64 COMMENT 'what is usual in the country for lost_ratio, by the configuration [ratio]',
    `reference_conversion_ratio` Float64 COMMENT 'what is usual in the country for conversion_ratio, by the configuration [ratio]',
    `version` UInt64 COMMENT 'when the row was written, in ms since 1970; a higher one replaces a lower one',
    `deleted` UInt8 COMMENT 'taken out of the configuration; FINAL leaves the row out'
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY country
COMMENT 'what is usual in a country, by the configuration, written by attesa migrate; read with FINAL';
