"""The Faust shell around the sessions processor: it knows Kafka and no arithmetic."""
