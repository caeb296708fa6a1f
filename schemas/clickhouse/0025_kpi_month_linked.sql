CREATE VIEW IF NOT EXISTS kpi_month_linked
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `month` Date COMMENT 'first day of the month in which the customers asked for a person (else started), in the tenant''s time zone',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code, or unknown',
    `channel` LowCardinality(String) COMMENT 'live_chat, chat, social or email; decides the thresholds',
    `persons` UInt64 COMMENT 'different persons, pseudonyms joined by the links known [persons]',
    `traced` UInt64 COMMENT 'sessions of a known customer [sessions]',
    `sessions_per_person` Nullable(Float64) COMMENT 'mean number of sessions of a person; = traced / persons [sessions]',
    `answered` UInt64 COMMENT 'answered sessions of known customers [sessions]',
    `recontact_known` UInt64 COMMENT 'ended sessions of a known customer [sessions]',
    `recontacted` UInt64 COMMENT 'of recontact_known, those whose customer came back within 24 h, on whichever channel [sessions]',
    `recontacted_ratio` Nullable(Float64) COMMENT 'share of ended sessions of known customers after which they came back within 24 h; = recontacted / recontact_known [ratio]',
    `recontacted_ratio_low` Nullable(Float64) COMMENT 'lower end of the 95 % Wilson interval of recontacted_ratio [ratio]',
    `recontacted_ratio_high` Nullable(Float64) COMMENT 'upper end of the 95 % Wilson interval of recontacted_ratio [ratio]',
    `dropped` UInt64 COMMENT 'the customer came back within 5 min of an end that he did not choose',
    `resolved_known` UInt64 COMMENT 'sessions of a known customer that ended as resolved [sessions]',
    `first_contact_resolved` UInt64 COMMENT 'of resolved_known, those without recontact [sessions]',
    `first_contact_resolution_ratio` Nullable(Float64) COMMENT 'share of sessions ended as resolved whose customer did not come back; = first_contact_resolved / resolved_known [ratio]',
    `first_contact_resolution_ratio_low` Nullable(Float64) COMMENT 'lower end of the 95 % Wilson interval of first_contact_resolution_ratio [ratio]',
    `first_contact_resolution_ratio_high` Nullable(Float64) COMMENT 'upper end of the 95 % Wilson interval of first_contact_resolution_ratio [ratio]',
    `converted` UInt64 COMMENT 'a purchase is credited to the session, by last touch, that was not wholly refunded',
    `conversion_ratio` Nullable(Float64) COMMENT 'conversion rate: share of answered sessions credited with a purchase by last touch; null before the shop''s first known order; = converted / answered [ratio]',
    `conversion_ratio_low` Nullable(Float64) COMMENT 'lower end of the 95 % Wilson interval of conversion_ratio [ratio]',
    `conversion_ratio_high` Nullable(Float64) COMMENT 'upper end of the 95 % Wilson interval of conversion_ratio [ratio]'
)
SQL SECURITY INVOKER
AS WITH
    (part, whole) -> if(whole = 0, NULL, part / whole) AS ratio,
    (part, whole) -> ratio(part + 1.9208, whole + 3.8416) AS centre,
    (part, whole) -> 1.96 * sqrt(greatest(0, part * (whole - part) / whole) + 0.9604) / (whole + 3.8416) AS margin,
    (part, whole) -> if(whole = 0, NULL, centre(part, whole) - margin(part, whole)) AS wilson_low,
    (part, whole) -> if(whole = 0, NULL, centre(part, whole) + margin(part, whole)) AS wilson_high
SELECT
    n.tenant AS tenant, toStartOfMonth(n.day) AS month, n.country AS country, n.channel AS channel,
    uniqExact(l.person) AS persons, count() AS traced, ratio(traced, persons) AS sessions_per_person,
    sum(n.answered) AS answered, sum(n.ended) AS recontact_known,
    countIf(n.ended AND l.recontacted_at IS NOT NULL) AS recontacted,
    ratio(recontacted, recontact_known) AS recontacted_ratio,
    wilson_low(recontacted, recontact_known) AS recontacted_ratio_low,
    wilson_high(recontacted, recontact_known) AS recontacted_ratio_high, countIf(n.ended AND l.dropped) AS dropped,
    countIf(n.ended AND l.first_contact_resolution IS NOT NULL) AS resolved_known,
    countIf(n.ended AND ifNull(l.first_contact_resolution, 0)) AS first_contact_resolved,
    ratio(first_contact_resolved, resolved_known) AS first_contact_resolution_ratio,
    wilson_low(first_contact_resolved, resolved_known) AS first_contact_resolution_ratio_low,
    wilson_high(first_contact_resolved, resolved_known) AS first_contact_resolution_ratio_high,
    countIf(n.answered AND l.converted) AS converted,
    if(max(n.purchases_known), ratio(converted, answered), NULL) AS conversion_ratio,
    if(max(n.purchases_known), wilson_low(converted, answered), NULL) AS conversion_ratio_low,
    if(max(n.purchases_known), wilson_high(converted, answered), NULL) AS conversion_ratio_high
FROM session_numbers AS n
INNER JOIN outcomes_linked AS l ON l.tenant = n.tenant AND l.session = n.session
GROUP BY n.tenant, month, n.country, n.channel
COMMENT 'persons, recontact and conversion of known customers counted anew over persons; dated as in kpi_month';
