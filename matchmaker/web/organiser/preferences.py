"""Wishes of the organiser for what pairs should be like, in an order: each counts half as much as the one above it.

So the first one wins: what a pair loses by going against it is more than by going against all the others together, since half
and a quarter and so on never make a whole.
"""

from collections.abc import Sequence

from msgspec import structs

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.policy import Policy, Prefer, Preference, Trait
from matchmaker.web.forms import CHOICE, Form
from matchmaker.web.organiser import ranked
from matchmaker.web.organiser.estimate import ESTIMATE

FIRST = 0.4
PREFERENCES_MAX = 10
STRENGTH = "strength"


def key_of(preference: Preference) -> str:
    """What names a wish: no two are of the same kind."""
    return f"{preference.prefer.value}_{preference.trait.value}"


def strongest_first(preferences: Sequence[Preference]) -> list[Preference]:
    """The wishes, in the order in which they count."""
    return sorted(preferences, key=lambda one: -one.weight)


def first_of(found: Sequence[Preference]) -> float:
    """How much the first wish counts, or would."""
    return (found[0].weight if found else 0.0) or FIRST


def by_halves(preferences: Sequence[Preference], first: float) -> list[Preference]:
    """The wishes in this order, the first of that weight."""
    return [structs.replace(one, weight=first / 2**place) for place, one in enumerate(preferences)]


def read(form: Form, present: Policy) -> Policy:
    """The policy with the wishes as a form wants them. Raises `InvalidFields`."""
    found = strongest_first(present.preferences)
    first = first_of(found)
    choice = form.line(CHOICE)
    if choice in ranked.CHOICES:
        return structs.replace(present, preferences=by_halves(ranked.rearranged(found, key_of, form), first))
    if choice == STRENGTH:
        return structs.replace(present, preferences=by_halves(found, _strength(form)))
    if choice == ESTIMATE and not form.line("trait"):
        return present
    return structs.replace(present, preferences=by_halves(_with(found, form), first))


def _with(found: Sequence[Preference], form: Form) -> list[Preference]:
    """One more at the end; of a trait that is there already, another choice in its place. Raises `InvalidFields`."""
    trait = next((one for one in Trait if one.value == form.line("trait")), None)
    prefer = next((one for one in Prefer if one.value == form.line("prefer")), None)
    if trait is None or prefer is None:
        names = (("trait", trait), ("prefer", prefer))
        raise InvalidFields([FieldError(f"/{name}", "empty", "") for name, given in names if given is None])
    new = Preference(trait=trait, prefer=prefer)
    if any(one.trait is trait for one in found):
        return [new if one.trait is trait else one for one in found]
    if len(found) >= PREFERENCES_MAX:
        raise InvalidFields([FieldError("/trait", "rules_full", "")])
    return [*found, new]


def _strength(form: Form) -> float:
    """Raises `InvalidFields`."""
    text = form.line(STRENGTH)
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= 100):
        raise InvalidFields([FieldError(f"/{STRENGTH}", "dial_range", "")])
    return int(text) / 100
