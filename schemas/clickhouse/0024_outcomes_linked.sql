-- What outcomes tells, counted anew over all pseudonyms of a person: recontact is the first session that begins at or
-- after the end, within 24 h; credit goes to the last answered session before the order, unless the shop named one.
CREATE VIEW IF NOT EXISTS outcomes_linked
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `session` String COMMENT 'conversation/n: the n-th attempt of a customer to be helped in this conversation',
    `customer` String COMMENT 'the customer as a pseudonym; null: the source does not tell',
    `person` String COMMENT 'the customer by the links known; = representative, else customer',
    `recontacted_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'when the customer''s next session within 24 h began, on whichever channel; null: he did not come back [UTC]',
    `recontacted_by` Nullable(String) COMMENT 'that session',
    `dropped` UInt8 COMMENT 'the customer came back within 5 min of an end that he did not choose',
    `first_contact_resolution` Nullable(UInt8) COMMENT 'ended as resolved, and not recontacted; null: not ended as resolved',
    `converted` UInt8 COMMENT 'a purchase is credited to the session, by last touch, that was not wholly refunded',
    `converted_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'when the first credited purchase was made, refunded or not [UTC]',
    `orders` Array(String) COMMENT 'orders credited to the session, by last touch'
)
SQL SECURITY INVOKER
AS SELECT
    p.tenant AS tenant, p.session AS session, p.customer AS customer, p.person AS person,
    if(back.session != '' AND back.started_at <= p.ended_at + toIntervalHour(24), back.started_at, NULL) AS recontacted_at,
    if(recontacted_at IS NULL, NULL, back.session) AS recontacted_by,
    ifNull(recontacted_at <= p.ended_at + toIntervalMinute(5) AND p.ended_by != 'customer', 0) AS dropped,
    if(ifNull(p.ended_reason = 'resolved', 0), recontacted_at IS NULL, NULL) AS first_contact_resolution,
    bought.kept > 0 AS converted, if(empty(bought.all_orders), NULL, bought.first_at) AS converted_at,
    bought.all_orders AS orders
FROM
(
    SELECT
        *, ifNull(ended_at, toDateTime64('2299-01-01', 3, 'UTC')) AS the_end,
        greatest(the_end, started_at + toIntervalMillisecond(1)) AS looked_from
    FROM session_persons
) AS p
ASOF LEFT JOIN (SELECT * FROM session_persons WHERE outcome != 'outbound') AS back
    ON back.tenant = p.tenant AND back.person = p.person AND back.started_at >= p.looked_from
LEFT ANY JOIN
(
    SELECT
        tenant, credited, arraySort(groupArray((made_at, order_id))).2 AS all_orders, min(made_at) AS first_at,
        countIf(refunded_minor = 0 OR refunded_minor < value_minor) AS kept
    FROM
    (
        SELECT
            o.tenant AS tenant, o.order_id AS order_id, o.made_at AS made_at, o.value_minor AS value_minor,
            o.refunded_minor AS refunded_minor,
            multiIf(
                ifNull(o.joined_by = 'conversation', 0), ifNull(o.last_touch, ''),
                dateDiff('millisecond', chat.replied_at, o.made_at) <= 3600000 * o.hours, chat.session,
                '') AS credited
        FROM
        (
            SELECT
                made.tenant AS tenant, made.order_id AS order_id, made.made_at AS made_at, made.value_minor AS value_minor,
                made.refunded_minor AS refunded_minor, made.joined_by AS joined_by, made.last_touch AS last_touch,
                if(g.representative = '', made.customer, g.representative) AS person,
                if(t.attribution_hours = 0, 24, t.attribution_hours) AS hours
            FROM (SELECT * FROM orders FINAL) AS made
            LEFT ANY JOIN customer_groups AS g ON g.tenant = made.tenant AND g.customer = made.customer
            LEFT ANY JOIN (SELECT tenant, attribution_hours FROM tenants FINAL) AS t ON t.tenant = made.tenant
        ) AS o
        ASOF LEFT JOIN
        (
            SELECT tenant, session, person, assumeNotNull(first_reply_at) AS replied_at
            FROM session_persons
            WHERE outcome = 'answered'
        ) AS chat ON chat.tenant = o.tenant AND chat.person = o.person AND chat.replied_at <= o.made_at
        WHERE credited != ''
    )
    GROUP BY tenant, credited
) AS bought ON bought.tenant = p.tenant AND bought.credited = p.session
COMMENT 'recontact and credit of each session counted anew over the person; outcomes holds what was known then';
