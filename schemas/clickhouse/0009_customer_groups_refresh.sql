-- Chains of links resolved in few rounds (Kiveris et al., "Connected Components in MapReduce and Beyond", 2014):
-- each round hangs every node's larger neighbours on its least one, then every node's neighbours and the node
-- itself on the least of them. A chain of n links takes about log2(n) rounds, min-label rounds would take n.
-- It ends with the round that changes nothing, which the fingerprint of all edges tells.
CREATE MATERIALIZED VIEW IF NOT EXISTS customer_groups_refresh
REFRESH EVERY 5 MINUTE TO customer_groups
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `customer` String COMMENT 'a pseudonym with links',
    `representative` String COMMENT 'smallest pseudonym of all that are one customer by the links known'
)
AS WITH RECURSIVE edges AS
(
    SELECT
        toUInt16(0) AS round,
        toUInt64(0) AS fingerprint,
        toUInt8(1) AS changed,
        tenant,
        greatest(customer, same_as) AS node,
        least(customer, same_as) AS parent
    FROM customer_links FINAL
    WHERE customer != same_as
    UNION ALL
    SELECT
        round + 1,
        groupBitXor(cityHash64(tenant, edge)) OVER () AS fingerprint_now,
        fingerprint_now != fingerprint,
        tenant,
        edge.1,
        edge.2
    FROM
    (
        SELECT
            any(round) AS round,
            any(fingerprint) AS fingerprint,
            tenant,
            groupUniqArray(hung.2) AS near,
            arrayMin(near) AS smallest,
            arrayJoin(arrayMap(x -> (x, smallest), arrayConcat([hung.1], arrayFilter(x -> x != smallest, near)))) AS edge
        FROM
        (
            SELECT
                any(round) AS round,
                any(fingerprint) AS fingerprint,
                tenant,
                side.1 AS this,
                groupUniqArray(side.2) AS near,
                least(this, arrayMin(near)) AS smallest,
                arrayJoin(arrayMap(x -> (x, smallest), arrayFilter(x -> x > this, near))) AS hung
            FROM
            (
                SELECT round, fingerprint, tenant, arrayJoin([(node, parent), (parent, node)]) AS side
                FROM edges
                WHERE changed
            )
            GROUP BY tenant, this
        )
        GROUP BY tenant, hung.1
    )
)
SELECT DISTINCT tenant, pair.1 AS customer, pair.2 AS representative
FROM
(
    SELECT tenant, argMax(parent, round) AS smallest, arrayJoin([(node, smallest), (smallest, smallest)]) AS pair
    FROM edges
    GROUP BY tenant, node
)
COMMENT 'fills customer_groups from customer_links';
