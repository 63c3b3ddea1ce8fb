"""Rows → bytes: pure, the mirror of `intake`."""
