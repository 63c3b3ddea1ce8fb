"""Matchmaker: introductions of mutual value for the events of professional associations."""
