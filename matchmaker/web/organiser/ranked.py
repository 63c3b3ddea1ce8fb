"""A list whose order means something: one of it goes up, down or away, or all take the order into which they were dragged.

A form names what it is about by its key, never by its place: so it means the same however the list was changed meanwhile.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from matchmaker.web.forms import CHOICE, Form

MOVES = {"up": -1, "down": 1}
CHOICES = (*MOVES, "remove", "order")

Item = TypeVar("Item")


def rearranged(items: Sequence[Item], key_of: Callable[[Item], str], form: Form) -> list[Item]:
    """The list as the form wants it; what the form does not know stays, at the end where all are put in order."""
    choice = form.line(CHOICE)
    if choice == "order":
        wanted = {key: place for place, key in enumerate(form.all("item"))}
        return sorted(items, key=lambda one: wanted.get(key_of(one), len(wanted)))
    place = place_of(items, key_of, form.line("item"))
    if place is None or choice not in CHOICES:
        return list(items)
    rest = [*items[:place], *items[place + 1 :]]
    if choice in MOVES:
        rest.insert(max(place + MOVES[choice], 0), items[place])
    return rest


def place_of(items: Sequence[Item], key_of: Callable[[Item], str], key: str) -> int | None:
    """Where in the list the one of that key stands, from 0."""
    return next((place for place, one in enumerate(items) if key_of(one) == key), None)


def anchor(items: Sequence[Item], key_of: Callable[[Item], str], form: Form) -> str:
    """Where on the page the one stands that was moved, so that it has the focus; empty where none was."""
    place = place_of(items, key_of, form.line("item")) if form.line(CHOICE) in MOVES else None
    return "" if place is None else f"#place-{place + 1}"
