CREATE VIEW IF NOT EXISTS session_persons
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `session` String COMMENT 'conversation/n: the n-th attempt of a customer to be helped in this conversation',
    `customer` String COMMENT 'the customer as a pseudonym; null: the source does not tell',
    `person` String COMMENT 'the customer by the links known; = representative, else customer',
    `channel` LowCardinality(String) COMMENT 'live_chat, chat, social or email; decides the thresholds',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code, or unknown',
    `outcome` LowCardinality(String) COMMENT 'open, waiting, answered, abandoned, rejected, unanswered, left_before_queue, outside_hours, outbound or invalid',
    `started_at` DateTime64(3, 'UTC') COMMENT 'first event of the session [UTC]',
    `first_reply_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'first message after the request from a human agent that the customer can see; on the telephone the pick-up [UTC]',
    `ended_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'when the session was closed, given up or timed out [UTC]',
    `ended_by` LowCardinality(Nullable(String)) COMMENT 'who ended it: customer, agent, system or timeout',
    `ended_reason` LowCardinality(Nullable(String)) COMMENT 'why it ended, in the source''s words'
)
SQL SECURITY INVOKER
AS SELECT
    f.tenant AS tenant, f.session AS session, assumeNotNull(f.customer) AS customer,
    if(g.representative = '', assumeNotNull(f.customer), g.representative) AS person, f.channel AS channel,
    f.country AS country, f.outcome AS outcome, f.started_at AS started_at, f.first_reply_at AS first_reply_at,
    f.ended_at AS ended_at, f.ended_by AS ended_by, f.ended_reason AS ended_reason
FROM (SELECT * FROM sessions FINAL WHERE customer IS NOT NULL AND outcome != 'invalid') AS f
LEFT ANY JOIN customer_groups AS g ON g.tenant = f.tenant AND g.customer = assumeNotNull(f.customer)
COMMENT 'sessions of known customers, each with the person behind the pseudonym';
