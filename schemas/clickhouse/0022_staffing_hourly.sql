-- Levels are sums of changes, so the view reads all minutes of a tenant. What retention has removed is put right by
-- the lowest level ever: it was 0. The newest hour lasts until the tenant's newest minute.
CREATE VIEW IF NOT EXISTS staffing_hourly
(
    `tenant` LowCardinality(String) COMMENT 'whose data this is; row policies filter on it',
    `queue` LowCardinality(String) COMMENT 'queue that the slots are lent to, or the session was in',
    `hour` DateTime('UTC') COMMENT 'the hour [UTC]',
    `staffed` Nullable(Int64) COMMENT 'agents available or busy at the hour''s end; an agent with several queues counts in each; null where no agent''s presence is told [agents]',
    `capacity` Nullable(Int64) COMMENT 'slots lent to the queue at the hour''s end; null where no agent''s presence is told [slots]',
    `occupied` Int64 COMMENT 'sessions with an agent at the hour''s end [slots]',
    `capacity_seconds` Nullable(Float64) COMMENT 'slots times the time for which they were there; null where no agent''s presence is told [slot s]',
    `occupied_seconds` Float64 COMMENT 'slots times the time for which they were occupied [slot s]',
    `average_capacity` Nullable(Float64) COMMENT 'mean number of slots; null where no agent''s presence is told [slots]',
    `average_occupied` Nullable(Float64) COMMENT 'mean number of occupied slots [slots]',
    `occupancy_ratio` Nullable(Float64) COMMENT 'occupied over available slot time; above 1 where agents take more than their capacity; = occupied_seconds / capacity_seconds [ratio]'
)
SQL SECURITY INVOKER
AS WITH
    (part, whole) -> if(whole = 0, NULL, part / whole) AS ratio,
    w.tenant IN (SELECT tenant FROM windows WHERE channel = 'any') AS told
SELECT
    w.tenant AS tenant, w.queue AS queue, w.hour AS hour, if(told, w.staffed, NULL) AS staffed,
    if(told, w.capacity, NULL) AS capacity, w.occupied AS occupied,
    if(told, w.capacity_ms / 1000, NULL) AS capacity_seconds, w.occupied_ms / 1000 AS occupied_seconds,
    if(told, ratio(w.capacity_ms, w.length_ms), NULL) AS average_capacity,
    ratio(w.occupied_ms, w.length_ms) AS average_occupied,
    ratio(w.occupied_ms, w.capacity_ms) AS occupancy_ratio
FROM
(
    SELECT
        tenant, queue, hour, length_ms,
        staffed_sum - least(0, min(staffed_sum) OVER all_hours) AS staffed,
        capacity_sum - least(0, min(capacity_sum) OVER all_hours) AS capacity,
        occupied_sum - least(0, min(occupied_sum) OVER all_hours) AS occupied,
        (capacity - c) * length_ms + c_inside - c * (3600000 - length_ms) AS capacity_ms,
        (occupied - o) * length_ms + o_inside - o * (3600000 - length_ms) AS occupied_ms
    FROM
    (
        SELECT
            tenant, queue, hour, c, c_inside, o, o_inside,
            least(3600000, 1000 * dateDiff('second', hour, until)) AS length_ms,
            sum(s) OVER up_to AS staffed_sum, sum(c) OVER up_to AS capacity_sum, sum(o) OVER up_to AS occupied_sum
        FROM
        (
            SELECT
                tenant, queue, any(until) AS until, row.1 AS hour, sum(row.2) AS s, sum(row.3) AS c,
                sum(row.4) AS c_inside, sum(row.5) AS o, sum(row.6) AS o_inside
            FROM
            (
                SELECT
                    tenant, queue, any(newest) AS until, min(hour) AS first,
                    intDiv(dateDiff('second', first, until) + 3599, 3600) AS hours,
                    arrayMap(i -> (first + 3600 * i, 0, 0, 0, 0, 0), range(hours)) AS every_hour,
                    arrayJoin(arrayConcat(groupArray((hour, s, c, c_inside, o, o_inside)), every_hour)) AS row
                FROM
                (
                    SELECT
                        tenant, queue, toStartOfHour(start) AS hour, sum(staffed) AS s,
                        sum(capacity) AS c, sum(capacity * left_ms - capacity_moment_ms) AS c_inside,
                        sum(occupied) AS o, sum(occupied * left_ms - occupied_moment_ms) AS o_inside
                    FROM (SELECT *, 3600000 - 1000 * dateDiff('second', toStartOfHour(start), start) AS left_ms FROM windows FINAL)
                    WHERE staffed != 0 OR capacity != 0 OR capacity_moment_ms != 0 OR occupied != 0 OR occupied_moment_ms != 0
                    GROUP BY tenant, queue, hour
                ) AS changes
                LEFT ANY JOIN (SELECT tenant, max(start) + 60 AS newest FROM windows GROUP BY tenant) AS ends USING (tenant)
                GROUP BY tenant, queue
            )
            GROUP BY tenant, queue, hour
        )
        WINDOW up_to AS (PARTITION BY tenant, queue ORDER BY hour)
    )
    WINDOW all_hours AS (PARTITION BY tenant, queue)
) AS w
WHERE w.capacity_ms != 0 OR w.occupied_ms != 0 OR w.staffed != 0
COMMENT 'agents, their slots and how long these were occupied, per queue and hour; hours without anybody are left out';
