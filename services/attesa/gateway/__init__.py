"""HTTP and teams' topics in: deliveries and events, verified, judged, and only then answered."""
