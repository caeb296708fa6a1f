"""attesa: how long customers wait, live and exactly."""
