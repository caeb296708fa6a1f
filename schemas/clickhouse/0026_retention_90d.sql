-- Of each person the first session that ended in the month. He came back if a later session began within 90 days of that
-- end, and more than 24 h after the end of every one of his sessions before it.
CREATE VIEW IF NOT EXISTS retention_90d
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `month` Date COMMENT 'first day of the month in which that session ended, in the tenant''s time zone',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code, or unknown',
    `channel` LowCardinality(String) COMMENT 'live_chat, chat, social or email; decides the thresholds',
    `persons` UInt64 COMMENT 'different persons, pseudonyms joined by the links known [persons]',
    `observed` UInt64 COMMENT 'of persons, those whose 90 days have passed [persons]',
    `returned` UInt64 COMMENT 'of observed, those who came back within 90 days, not as a recontact [persons]',
    `retention_ratio` Nullable(Float64) COMMENT 'share of persons who come back within 90 days; = returned / observed [ratio]',
    `retention_ratio_low` Nullable(Float64) COMMENT 'lower end of the 95 % Wilson interval of retention_ratio [ratio]',
    `retention_ratio_high` Nullable(Float64) COMMENT 'upper end of the 95 % Wilson interval of retention_ratio [ratio]'
)
SQL SECURITY INVOKER
AS WITH
    (part, whole) -> if(whole = 0, NULL, part / whole) AS ratio,
    (part, whole) -> ratio(part + 1.9208, whole + 3.8416) AS centre,
    (part, whole) -> 1.96 * sqrt(greatest(0, part * (whole - part) / whole) + 0.9604) / (whole + 3.8416) AS margin,
    (part, whole) -> if(whole = 0, NULL, centre(part, whole) - margin(part, whole)) AS wilson_low,
    (part, whole) -> if(whole = 0, NULL, centre(part, whole) + margin(part, whole)) AS wilson_high
SELECT
    c.tenant AS tenant, c.month AS month, c.country AS country, c.channel AS channel, count() AS persons,
    countIf(c.first_end + toIntervalDay(90) <= k.known_until) AS observed,
    countIf(c.first_end + toIntervalDay(90) <= k.known_until AND back.session != '' AND back.started_at <= c.first_end + toIntervalDay(90)) AS returned,
    ratio(returned, observed) AS retention_ratio, wilson_low(returned, observed) AS retention_ratio_low,
    wilson_high(returned, observed) AS retention_ratio_high
FROM
(
    SELECT
        tenant, person, toStartOfMonth(toDate(toString(end_, if(time_zone = '', 'UTC', time_zone)))) AS month,
        argMin(country, (end_, session)) AS country, argMin(channel, (end_, session)) AS channel, min(end_) AS first_end
    FROM (SELECT *, assumeNotNull(ended_at) AS end_ FROM session_persons WHERE ended_at IS NOT NULL AND outcome != 'outbound') AS ended
    LEFT ANY JOIN (SELECT tenant, time_zone FROM tenants FINAL) AS zones USING (tenant)
    GROUP BY tenant, person, month
) AS c
ASOF LEFT JOIN
(
    SELECT tenant, person, session, started_at
    FROM
    (
        SELECT tenant, person, session, started_at, max(ended_at) OVER earlier AS ended_before
        FROM session_persons
        WHERE outcome != 'outbound'
        WINDOW earlier AS (
            PARTITION BY tenant, person ORDER BY started_at, session ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    )
    WHERE started_at > ended_before + toIntervalHour(24)
) AS back ON back.tenant = c.tenant AND back.person = c.person AND back.started_at > c.first_end
LEFT ANY JOIN (SELECT tenant, max(last_event_at) AS known_until FROM sessions FINAL GROUP BY tenant) AS k ON k.tenant = c.tenant
GROUP BY c.tenant, c.month, c.country, c.channel
COMMENT 'persons who come back within 90 days after their first session of the month, by the channel and country of that session';
