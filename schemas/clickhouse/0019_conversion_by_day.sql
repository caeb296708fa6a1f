-- Chats by the day of the request, sales by the day of the order, refunds by the day of the newest refund: the same
-- purchases, dated twice. A sale is of the channel and country of the chat that it is credited to.
CREATE VIEW IF NOT EXISTS conversion_by_day
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `day` Date COMMENT 'of the request, of the order, of the refund; in the tenant''s time zone',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code, or unknown',
    `channel` LowCardinality(String) COMMENT 'live_chat, chat, social or email; decides the thresholds',
    `answered` UInt64 COMMENT 'a person replied [sessions]',
    `converted` UInt64 COMMENT 'a purchase is credited to the session, by last touch, that was not wholly refunded',
    `converted_first_touch` UInt64 COMMENT 'a purchase is credited to the session by first touch',
    `conversion_ratio` Nullable(Float64) COMMENT 'conversion rate: share of answered sessions credited with a purchase by last touch; null before the shop''s first known order; = converted / answered [ratio]',
    `conversion_ratio_low` Nullable(Float64) COMMENT 'lower end of the 95 % Wilson interval of conversion_ratio [ratio]',
    `conversion_ratio_high` Nullable(Float64) COMMENT 'upper end of the 95 % Wilson interval of conversion_ratio [ratio]',
    `orders_made` UInt64 COMMENT 'credited orders made on this day [orders]',
    `revenue_minor` Map(LowCardinality(String), Int64) COMMENT 'value of orders_made by currency [minor units]',
    `orders_refunded` UInt64 COMMENT 'credited orders whose newest refund was made on this day [orders]',
    `refunded_minor` Map(LowCardinality(String), Int64) COMMENT 'what was refunded of orders_refunded, by currency [minor units]'
)
SQL SECURITY INVOKER
AS WITH
    (part, whole) -> if(whole = 0, NULL, part / whole) AS ratio,
    (part, whole) -> ratio(part + 1.9208, whole + 3.8416) AS centre,
    (part, whole) -> 1.96 * sqrt(greatest(0, part * (whole - part) / whole) + 0.9604) / (whole + 3.8416) AS margin,
    (part, whole) -> if(whole = 0, NULL, centre(part, whole) - margin(part, whole)) AS wilson_low,
    (part, whole) -> if(whole = 0, NULL, centre(part, whole) + margin(part, whole)) AS wilson_high
SELECT
    d.tenant AS tenant, d.day AS day, d.country AS country, d.channel AS channel, sum(d.answered) AS answered,
    sum(d.converted) AS converted, sum(d.converted_first_touch) AS converted_first_touch,
    if(max(d.known), ratio(converted, answered), NULL) AS conversion_ratio,
    if(max(d.known), wilson_low(converted, answered), NULL) AS conversion_ratio_low,
    if(max(d.known), wilson_high(converted, answered), NULL) AS conversion_ratio_high,
    sum(d.orders_made) AS orders_made, sumMap(d.revenue_minor) AS revenue_minor,
    sum(d.orders_refunded) AS orders_refunded, sumMap(d.refunded_minor) AS refunded_minor
FROM
(
    SELECT
        tenant, day, country, channel, answered, converted, converted_first_touch, purchases_known AS known,
        0 AS orders_made, 0 AS orders_refunded, map() AS revenue_minor, map() AS refunded_minor
    FROM session_numbers
    UNION ALL
    SELECT
        tenant, toDate(toString(dated.1, if(time_zone = '', 'UTC', time_zone))), country, channel, 0, 0, 0, 0,
        dated.2, dated.3, dated.4, dated.5
    FROM
    (
        SELECT
            tenant, last_touch AS session,
            arrayJoin(arrayFilter(x -> isNotNull(x.1), [
                (toNullable(made_at), 1, 0, map(currency, value_minor), map()),
                (refunded_at, 0, 1, map(), map(currency, refunded_minor))])) AS dated
        FROM orders FINAL
        WHERE last_touch IS NOT NULL
    ) AS credited
    LEFT ANY JOIN
    (
        SELECT tenant, toNullable(session) AS session, country, channel
        FROM sessions FINAL
        WHERE (tenant, session) IN (SELECT tenant, assumeNotNull(last_touch) FROM orders FINAL WHERE last_touch IS NOT NULL)
    ) AS chats USING (tenant, session)
    LEFT ANY JOIN (SELECT tenant, time_zone FROM tenants FINAL) AS zones USING (tenant)
) AS d
GROUP BY d.tenant, d.day, d.country, d.channel
COMMENT 'purchases in both datings: at the chat (answered, converted) and at the sale (orders_made, revenue)';
