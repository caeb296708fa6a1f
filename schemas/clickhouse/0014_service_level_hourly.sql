CREATE VIEW IF NOT EXISTS service_level_hourly
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `channel` LowCardinality(String) COMMENT 'live_chat, chat, social or email; decides the thresholds',
    `queue` LowCardinality(String) COMMENT 'the session''s first queue, or unknown',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code, or unknown',
    `hour` DateTime('UTC') COMMENT 'hour in which the customers asked for a person [UTC]',
    `good_seconds` Float64 COMMENT 'the channel''s good threshold on the wait [s]',
    `offered` UInt64 COMMENT 'sessions that asked for a person (chats received); = answered + lost + waiting [sessions]',
    `answered` UInt64 COMMENT 'a person replied [sessions]',
    `answered_within` UInt64 COMMENT 'a person replied within the threshold; = wait <= threshold [sessions]',
    `abandoned` UInt64 COMMENT 'the customer gave up before any human reply [sessions]',
    `abandoned_within` UInt64 COMMENT 'the customer left at or before the threshold [sessions]',
    `short_abandoned` UInt64 COMMENT 'abandoned within the channel''s short_abandon_seconds [sessions]',
    `rejected` UInt64 COMMENT 'ended by the system before any human reply [sessions]',
    `unanswered` UInt64 COMMENT 'ended by an agent or the session time-out without a human reply [sessions]',
    `lost` UInt64 COMMENT 'customers who were not served (chats lost); = abandoned + rejected + unanswered [sessions]',
    `waiting` UInt64 COMMENT 'asked for a person, no reply yet, not ended [sessions]',
    `waiting_beyond` UInt64 COMMENT 'waiting now for longer than the threshold [sessions]',
    `lost_ratio` Nullable(Float64) COMMENT 'share of chats lost; = lost / offered [ratio]',
    `lost_ratio_low` Nullable(Float64) COMMENT 'lower end of the 95 % Wilson interval of lost_ratio [ratio]',
    `lost_ratio_high` Nullable(Float64) COMMENT 'upper end of the 95 % Wilson interval of lost_ratio [ratio]',
    `service_level_answered` Nullable(Float64) COMMENT 'service level, blind to those who left; = answered_within / answered [ratio]',
    `service_level_offered` Nullable(Float64) COMMENT 'service level, strict; = answered_within / offered [ratio]',
    `service_level_removed` Nullable(Float64) COMMENT 'service level where an early abandon counts as success; = (answered_within + abandoned_within) / offered [ratio]',
    `service_level_offered_less_short` Nullable(Float64) COMMENT 'service level without short abandons; = answered_within / (offered - short_abandoned) [ratio]',
    `service_level_due` Nullable(Float64) COMMENT 'service level, the default: who left within the threshold is neither good nor bad, turning people away is bad; = answered_within / (answered + abandoned - abandoned_within + unanswered + rejected + waiting_beyond) [ratio]',
    `service_level_due_low` Nullable(Float64) COMMENT 'lower end of the 95 % Wilson interval of service_level_due [ratio]',
    `service_level_due_high` Nullable(Float64) COMMENT 'upper end of the 95 % Wilson interval of service_level_due [ratio]'
)
SQL SECURITY INVOKER
AS WITH
    (part, whole) -> if(whole = 0, NULL, part / whole) AS ratio,
    (part, whole) -> ratio(part + 1.9208, whole + 3.8416) AS centre,
    (part, whole) -> 1.96 * sqrt(greatest(0, part * (whole - part) / whole) + 0.9604) / (whole + 3.8416) AS margin,
    (part, whole) -> if(whole = 0, NULL, centre(part, whole) - margin(part, whole)) AS wilson_low,
    (part, whole) -> if(whole = 0, NULL, centre(part, whole) + margin(part, whole)) AS wilson_high,
    answered + abandoned - abandoned_within + unanswered + rejected + waiting_beyond AS due
SELECT
    n.tenant AS tenant, n.channel AS channel, n.queue AS queue, n.country AS country,
    toStartOfHour(n.asked_at) AS hour, n.good_ms / 1000 AS good_seconds, sum(n.offered) AS offered,
    sum(n.answered) AS answered, sum(n.answered_within) AS answered_within, sum(n.abandoned) AS abandoned,
    sum(n.abandoned_within) AS abandoned_within, sum(n.short_abandoned) AS short_abandoned,
    sum(n.rejected) AS rejected, sum(n.unanswered) AS unanswered, sum(n.lost) AS lost, sum(n.waiting) AS waiting,
    sum(n.waiting_beyond) AS waiting_beyond, ratio(lost, offered) AS lost_ratio,
    wilson_low(lost, offered) AS lost_ratio_low, wilson_high(lost, offered) AS lost_ratio_high,
    ratio(answered_within, answered) AS service_level_answered,
    ratio(answered_within, offered) AS service_level_offered,
    ratio(answered_within + abandoned_within, offered) AS service_level_removed,
    ratio(answered_within, offered - short_abandoned) AS service_level_offered_less_short,
    ratio(answered_within, due) AS service_level_due, wilson_low(answered_within, due) AS service_level_due_low,
    wilson_high(answered_within, due) AS service_level_due_high
FROM session_numbers AS n
WHERE n.offered
GROUP BY n.tenant, n.channel, n.queue, n.country, hour, n.good_ms
COMMENT 'sessions by the hour (UTC) in which they asked for a person: counts and service level at the channel''s good threshold';
