-- Example: who may read what. Run by an administrator on a ClickHouse server, with the database of attesa as the
-- current one; `attesa migrate` does not run it. The views are SQL SECURITY INVOKER, so a reader needs the tables
-- below them too, and the row policies on the tables hold through every view.

CREATE ROLE IF NOT EXISTS attesa_bi;

GRANT SELECT ON sessions_final TO attesa_bi;
GRANT SELECT ON session_numbers TO attesa_bi;
GRANT SELECT ON service_level_hourly TO attesa_bi;
GRANT SELECT ON kpi_month TO attesa_bi;
GRANT SELECT ON rhythm_month TO attesa_bi;
GRANT SELECT ON patience_by_queue TO attesa_bi;
GRANT SELECT ON promised_wait_calibration TO attesa_bi;
GRANT SELECT ON conversion_by_day TO attesa_bi;
GRANT SELECT ON purchase_paths TO attesa_bi;
GRANT SELECT ON purchase_channels TO attesa_bi;
GRANT SELECT ON staffing_hourly TO attesa_bi;
GRANT SELECT ON session_persons TO attesa_bi;
GRANT SELECT ON outcomes_linked TO attesa_bi;
GRANT SELECT ON kpi_month_linked TO attesa_bi;
GRANT SELECT ON retention_90d TO attesa_bi;
GRANT SELECT ON sessions TO attesa_bi;
GRANT SELECT ON outcomes TO attesa_bi;
GRANT SELECT ON orders TO attesa_bi;
GRANT SELECT ON customer_groups TO attesa_bi;
GRANT SELECT ON windows TO attesa_bi;
GRANT SELECT ON tenants TO attesa_bi;
GRANT SELECT ON country_references TO attesa_bi;

-- Grafana's data source sets max_execution_time itself, hence CHANGEABLE_IN_READONLY.
CREATE SETTINGS PROFILE IF NOT EXISTS attesa_bi SETTINGS
    readonly = 1,
    max_execution_time = 30 CHANGEABLE_IN_READONLY,
    max_result_rows = 1000000,
    max_memory_usage = 4000000000
TO attesa_bi;

CREATE QUOTA IF NOT EXISTS attesa_bi
    FOR INTERVAL 1 hour MAX queries = 3000, execution_time = 1800
    TO attesa_bi;
