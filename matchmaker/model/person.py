"""A person, known across the events of one association, and their contact data, which sits apart."""

from msgspec import Struct

from matchmaker.model.text import Email, Line


class Contact(Struct, frozen=True, kw_only=True):
    """Personal data: who someone is and where to write. The matching core never sees it."""

    name: Line
    email: Email | None = None
