CREATE VIEW IF NOT EXISTS purchase_paths
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `month` Date COMMENT 'first day of the month of the order, in the tenant''s time zone',
    `path` Array(LowCardinality(String)) COMMENT 'channels of the customer''s sessions within the attribution window before the order, oldest first',
    `sessions_before` UInt64 COMMENT 'sessions of the customer within the attribution window before the order [sessions]',
    `mixed` UInt8 COMMENT 'both live and asynchronous channels lie on the path',
    `orders` UInt64 COMMENT 'orders with this path, credited or not [orders]',
    `orders_credited` UInt64 COMMENT 'of orders, those credited to a session [orders]',
    `revenue_minor` Map(LowCardinality(String), Int64) COMMENT 'their value by currency [minor units]',
    `refunded_minor` Map(LowCardinality(String), Int64) COMMENT 'what of it was refunded, by currency [minor units]'
)
SQL SECURITY INVOKER
AS SELECT
    o.tenant AS tenant,
    toStartOfMonth(toDate(toString(o.made_at, if(zones.time_zone = '', 'UTC', zones.time_zone)))) AS month,
    o.path AS path, length(o.path) AS sessions_before,
    has(o.path, 'live_chat') AND arrayExists(x -> x != 'live_chat', o.path) AS mixed, count() AS orders,
    countIf(o.last_touch IS NOT NULL) AS orders_credited, sumMap(map(o.currency, o.value_minor)) AS revenue_minor,
    sumMap(map(o.currency, o.refunded_minor)) AS refunded_minor
FROM (SELECT * FROM orders FINAL) AS o
LEFT ANY JOIN (SELECT tenant, time_zone FROM tenants FINAL) AS zones ON zones.tenant = o.tenant
GROUP BY o.tenant, month, o.path
COMMENT 'orders by the channels that their customers had used before';
