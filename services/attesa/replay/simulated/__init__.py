"""What invented customers and agents do, story by story. Pure: times are given, nothing is sent."""
