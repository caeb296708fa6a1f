CREATE VIEW IF NOT EXISTS purchase_channels
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `month` Date COMMENT 'first day of the month of the order, in the tenant''s time zone',
    `channel` LowCardinality(String) COMMENT 'live_chat, chat, social or email',
    `orders_touched` UInt64 COMMENT 'orders whose customer had a session on this channel within the attribution window before [orders]',
    `orders` UInt64 COMMENT 'all orders of the month, credited or not [orders]',
    `touched_ratio` Nullable(Float64) COMMENT 'share of purchases touched by the channel; = orders_touched / orders [ratio]',
    `touched_ratio_low` Nullable(Float64) COMMENT 'lower end of the 95 % Wilson interval of touched_ratio [ratio]',
    `touched_ratio_high` Nullable(Float64) COMMENT 'upper end of the 95 % Wilson interval of touched_ratio [ratio]',
    `sessions_before` UInt64 COMMENT 'sessions on this channel within the attribution window before the orders [sessions]'
)
SQL SECURITY INVOKER
AS WITH
    (part, whole) -> if(whole = 0, NULL, part / whole) AS ratio,
    (part, whole) -> ratio(part + 1.9208, whole + 3.8416) AS centre,
    (part, whole) -> 1.96 * sqrt(greatest(0, part * (whole - part) / whole) + 0.9604) / (whole + 3.8416) AS margin,
    (part, whole) -> if(whole = 0, NULL, centre(part, whole) - margin(part, whole)) AS wilson_low,
    (part, whole) -> if(whole = 0, NULL, centre(part, whole) + margin(part, whole)) AS wilson_high
SELECT
    p.tenant AS tenant, p.month AS month, p.touched AS channel, sum(p.orders) AS orders_touched,
    any(p.all_orders) AS orders, ratio(orders_touched, orders) AS touched_ratio,
    wilson_low(orders_touched, orders) AS touched_ratio_low,
    wilson_high(orders_touched, orders) AS touched_ratio_high,
    sum(p.orders * countEqual(p.path, p.touched)) AS sessions_before
FROM
(
    SELECT
        tenant, month, path, orders, all_orders, arrayJoin(arrayDistinct(path)) AS touched
    FROM (SELECT *, sum(orders) OVER (PARTITION BY tenant, month) AS all_orders FROM purchase_paths)
) AS p
GROUP BY p.tenant, p.month, p.touched
COMMENT 'share of orders touched by each channel';
