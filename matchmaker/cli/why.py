"""`matchmaker match FILE --why ID,ID` and `--relaxations`: an answer in words, instead of the pairings."""

from collections.abc import Iterator
from pathlib import Path

import click
from msgspec import json

from matchmaker.errors import Invalid
from matchmaker.model.counting import counted
from matchmaker.model.ids import AttendeeId
from matchmaker.model.run import Format
from matchmaker.model.whatif import ForcedPair, Relaxations, WhyNot
from matchmaker.services.match_file import FileAnswer, Who


def names_asked(why: str | None, relaxations: bool, format: Format, *files: Path | None) -> list[str] | None:
    """The two people that `--why` names, nobody for `--relaxations`; None where neither is asked. Raises `Invalid`."""
    if why is None and not relaxations:
        return None
    if any(files) or (why is not None and relaxations):
        raise Invalid(
            "--why and --relaxations each answer on the screen.", cure="Ask one of them, without --out and --report."
        )
    if format in (Format.TABLES, Format.SETS):
        raise Invalid(
            f"--format {format.value} makes no pairs of which one could ask.", cure="Ask of introductions or rounds."
        )
    if why is None:
        return []
    names = [name.strip() for name in why.split(",")]
    if len(names) != 2 or not all(names):
        raise Invalid(f"--why has {why!r}, which does not name two people.", cure="Write it as --why ID,ID.")
    return names


def say_answer(answered: FileAnswer, *, as_json: bool) -> None:
    """The answer on standard output, in words or as JSON."""
    if as_json:
        click.echo(json.format(json.encode(answered.answer), indent=2))
        return
    for line in _lines(answered):
        click.echo(line)


def _lines(answered: FileAnswer) -> Iterator[str]:
    match answered.answer:
        case WhyNot() as found:
            yield from _why_not(found, answered.who)
        case Relaxations() as found:
            now = found.outcome
            yield (
                f"As it is: worth {now.objective:,.1f} of at most {now.upper_bound:,.1f}, "
                f"{counted(now.pairings, 'pairing', 'pairings')}, {now.unmatched} without one, "
                f"{now.left_out} of them though someone fits."
            )
            yield from (one.message for one in found.relaxations)


def _why_not(found: WhyNot, who: Who) -> Iterator[str]:
    first, second = who[found.first][0].name, who[found.second][0].name
    yield f"The first is {first}, the second {second}."
    yield f"{found.message} {found.cure}".strip()
    yield (
        f"{first} would gain {found.value_to_first:.1f} and {second} {found.value_to_second:.1f}; how wanted they are: "
        f"{found.price_first:.1f} and {found.price_second:.1f}."
    )
    if found.forced is not None:
        yield _forced(found.forced)
        yield from _losses(first, found.forced.first_loses, who)
        yield from _losses(second, found.forced.second_loses, who)


def _forced(forced: ForcedPair) -> str:
    words = "less" if forced.cost >= 0 else "more"
    missed = f", and miss {forced.promises_missed} more promised introductions" if forced.promises_missed > 0 else ""
    return f"With this pair pinned the room would be worth {abs(forced.cost):.1f} {words}{missed}."


def _losses(name: str, lost: list[AttendeeId], who: Who) -> Iterator[str]:
    if lost:
        yield f"{name} would meet no more: {', '.join(who[one][0].name for one in lost)}."
