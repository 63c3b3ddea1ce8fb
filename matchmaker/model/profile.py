"""A profile: what an attendee is interested in, seeks and can offer, in their own words."""

from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.text import TEXTS_MAX, Text

Texts = Annotated[list[Text], Meta(max_length=TEXTS_MAX)]


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Three lists of short texts, kept apart because they mean different things (F03)."""

    interests: Texts = []
    seeks: Texts = []
    offers: Texts = []
