-- Equal promises share a decile, so a decile may be missing.
CREATE VIEW IF NOT EXISTS promised_wait_calibration
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `channel` LowCardinality(String) COMMENT 'live_chat, chat, social or email; decides the thresholds',
    `decile` UInt8 COMMENT '1: the tenth with the shortest waits told',
    `promised` UInt64 COMMENT 'sessions of this tenth that were answered or lost [sessions]',
    `answered` UInt64 COMMENT 'a person replied [sessions]',
    `abandoned` UInt64 COMMENT 'the customer gave up before any human reply [sessions]',
    `promised_from_seconds` Float64 COMMENT 'shortest wait told [s]',
    `promised_to_seconds` Float64 COMMENT 'longest wait told [s]',
    `average_promised_seconds` Float64 COMMENT 'mean wait told [s]',
    `average_wait_seconds` Nullable(Float64) COMMENT 'mean wait of answered sessions; read it beside answered and lost [s]',
    `wait_p50_seconds` Nullable(Float64) COMMENT 'half of the answered sessions waited less; = sorted[floor(0.5 n)] [s]',
    `promises_kept` UInt64 COMMENT 'replied within the wait that was told [sessions]',
    `promises_kept_ratio` Nullable(Float64) COMMENT 'share of promised that were kept; = promises_kept / promised [ratio]',
    `promises_kept_ratio_low` Nullable(Float64) COMMENT 'lower end of the 95 % Wilson interval of promises_kept_ratio [ratio]',
    `promises_kept_ratio_high` Nullable(Float64) COMMENT 'upper end of the 95 % Wilson interval of promises_kept_ratio [ratio]'
)
SQL SECURITY INVOKER
AS WITH
    (part, whole) -> if(whole = 0, NULL, part / whole) AS ratio,
    (part, whole) -> ratio(part + 1.9208, whole + 3.8416) AS centre,
    (part, whole) -> 1.96 * sqrt(greatest(0, part * (whole - part) / whole) + 0.9604) / (whole + 3.8416) AS margin,
    (part, whole) -> if(whole = 0, NULL, centre(part, whole) - margin(part, whole)) AS wilson_low,
    (part, whole) -> if(whole = 0, NULL, centre(part, whole) + margin(part, whole)) AS wilson_high
SELECT
    f.tenant AS tenant, f.channel AS channel, toUInt8(1 + intDiv(10 * (f.place - 1), f.total)) AS decile,
    count() AS promised, countIf(f.outcome = 'answered') AS answered, countIf(f.outcome = 'abandoned') AS abandoned,
    min(f.told_ms) / 1000 AS promised_from_seconds, max(f.told_ms) / 1000 AS promised_to_seconds,
    avg(f.told_ms) / 1000 AS average_promised_seconds,
    avgOrNullIf(f.wait_ms, f.outcome = 'answered') / 1000 AS average_wait_seconds,
    if(answered = 0, NULL, quantileExactIf(0.5)(f.wait_ms, f.outcome = 'answered') / 1000) AS wait_p50_seconds,
    countIf(ifNull(f.promise_kept, 0)) AS promises_kept, ratio(promises_kept, promised) AS promises_kept_ratio,
    wilson_low(promises_kept, promised) AS promises_kept_ratio_low,
    wilson_high(promises_kept, promised) AS promises_kept_ratio_high
FROM
(
    SELECT
        tenant, channel, outcome, wait_ms, assumeNotNull(promised_wait_ms) AS told_ms, promise_kept,
        rank() OVER (PARTITION BY tenant, channel ORDER BY promised_wait_ms) AS place,
        count() OVER (PARTITION BY tenant, channel) AS total
    FROM sessions_final
    WHERE promised_wait_ms IS NOT NULL AND outcome IN ('answered', 'abandoned', 'rejected', 'unanswered')
) AS f
GROUP BY f.tenant, f.channel, decile
COMMENT 'waits that were told against waits that came, by tenths of the sessions in the order of the wait told';
