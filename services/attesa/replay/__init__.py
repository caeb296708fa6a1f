"""Files of history and simulated traffic, turned into events on Kafka. Imports core and settings only."""
