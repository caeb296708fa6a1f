"""Records on their way to Kafka: the line to it, and the spool while it does not answer."""
