"""Tell each of a pair why, in a sentence of their own language, and what they might ask each other."""

from collections.abc import Mapping, Sequence
from itertools import chain

from msgspec import structs

from matchmaker.export.csv import value_to
from matchmaker.export.phrases import LONG_SHOT, SOUGHT
from matchmaker.export.starters import starters
from matchmaker.export.words import LANGUAGE, sentence
from matchmaker.matching.kinds import kind_of
from matchmaker.matching.languages import language_of
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Pairing, Side

KIND_CONFIDENCE_LEAST = 0.6
LONG_SHOT_BELOW = 20.0  # half of the demo's directions; read one by one, most below it are no answer


def told(pairing: Pairing, names: Mapping[AttendeeId, str] | None = None, *, language: str | None = None) -> Pairing:
    """The pairing with what each side reads, in `language` if there is one; nobody is named but by `names`."""
    names = names or {}
    kinds = {reason.seek: kind_of(reason.seek, sought=True, least=KIND_CONFIDENCE_LEAST) for reason in pairing.reasons}
    sides = []
    for to, other in ((pairing.first, pairing.second), (pairing.second, pairing.first)):
        said_in = language or _language(pairing, to)
        lead = next((sentence(one, said_in, names.get(other)) for one in pairing.reasons if one.to == to), "")
        if lead and value_to(to, pairing) < LONG_SHOT_BELOW:
            lead += " " + LONG_SHOT[said_in]
        asked = starters(pairing, to, said_in, kinds)
        if lead or asked:
            sides.append(Side(to=to, language=said_in, lead=lead, starters=asked))
    return structs.replace(pairing, sides=sides)


def spoken(languages: Sequence[str]) -> str:
    """The first of the languages that there are words for; English where there is none."""
    return next((short for one in languages if (short := one.lower().partition("-")[0]) in SOUGHT), LANGUAGE)


def _language(pairing: Pairing, to: AttendeeId) -> str:
    """The language of what someone wrote, as far as it stands in the reasons; English where there are no words for it."""
    own = chain.from_iterable([one.seek] if one.to == to else [one.offer] for one in pairing.reasons)
    found = language_of(own) or LANGUAGE
    return found if found in SOUGHT else LANGUAGE
