"""Bytes → rows and row errors: pure, the mirror of `export`."""
