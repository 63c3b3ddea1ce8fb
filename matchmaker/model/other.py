"""Somebody else, as a letter or a page tells of them: who they are, and, apart from it, how to reach them."""

from msgspec import Struct


class Other(Struct, frozen=True, kw_only=True):
    """Somebody else as a reader may know them at any time: no way to reach them."""

    name: str
    role: str | None = None
    organisation: str | None = None


class Contact(Struct, frozen=True, kw_only=True):
    """How to reach the other: only after two yeses."""

    email: str
    phone: str | None = None
