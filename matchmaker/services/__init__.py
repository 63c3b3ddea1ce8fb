"""The verbs: the only floor where arithmetic meets SQL meets files."""
