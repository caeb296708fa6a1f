"""Topics into ClickHouse, its schema, and the report read back from it. Folds no events."""
