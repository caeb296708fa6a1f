"""Topics of teams: events with any key and ids in clear, passed on with pseudonyms under attesa's key."""
