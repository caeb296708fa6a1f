CREATE VIEW IF NOT EXISTS patience_by_queue
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `month` Date COMMENT 'first day of the month in which the customers asked for a person (else started), in the tenant''s time zone',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code, or unknown',
    `queue` LowCardinality(String) COMMENT 'the session''s first queue, or unknown',
    `offered` UInt64 COMMENT 'sessions that asked for a person (chats received); = answered + lost + waiting [sessions]',
    `answered` UInt64 COMMENT 'a person replied [sessions]',
    `abandoned` UInt64 COMMENT 'the customer gave up before any human reply [sessions]',
    `lost` UInt64 COMMENT 'customers who were not served (chats lost); = abandoned + rejected + unanswered [sessions]',
    `waited_seconds` Float64 COMMENT 'sum of all waits, answered and abandoned [s]',
    `average_wait_seconds` Nullable(Float64) COMMENT 'mean wait of answered sessions; read it beside answered and lost [s]',
    `average_time_to_abandon_seconds` Nullable(Float64) COMMENT 'mean time after which customers gave up [s]',
    `patience_seconds` Nullable(Float64) COMMENT 'how long customers here wait before they give up, by the exponential estimate; = sum of all waits, answered and abandoned / abandoned [s]'
)
SQL SECURITY INVOKER
AS SELECT
    n.tenant AS tenant, toStartOfMonth(n.day) AS month, n.country AS country, n.queue AS queue,
    sum(n.offered) AS offered, sum(n.answered) AS answered, sum(n.abandoned) AS abandoned, sum(n.lost) AS lost,
    (ifNull(sum(n.wait_ms), 0) + ifNull(sum(n.time_to_abandon_ms), 0)) / 1000 AS waited_seconds,
    avgOrNull(n.wait_ms) / 1000 AS average_wait_seconds,
    avgOrNull(n.time_to_abandon_ms) / 1000 AS average_time_to_abandon_seconds,
    if(abandoned = 0, NULL, waited_seconds / abandoned) AS patience_seconds
FROM session_numbers AS n
GROUP BY n.tenant, month, n.country, n.queue
COMMENT 'how long customers wait before they give up, by month, country and queue';
