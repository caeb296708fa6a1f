-- Filled by customer_groups_refresh; holds only customers with links: everybody else is his own representative.
CREATE TABLE IF NOT EXISTS customer_groups
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `customer` String COMMENT 'a pseudonym with links' CODEC(ZSTD(1)),
    `representative` String COMMENT 'smallest pseudonym of all that are one customer by the links known' CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (tenant, customer)
COMMENT 'chains of links resolved, every few minutes: each linked pseudonym and its representative';
