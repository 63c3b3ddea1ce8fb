"""Understands what comes back."""
