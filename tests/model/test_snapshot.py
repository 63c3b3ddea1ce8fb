"""A snapshot has one form, whatever order its rows came in, and is read back as it was."""

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from matchmaker.model.feedback import Tally
from matchmaker.model.group import Bye, Group, GroupKind
from matchmaker.model.ids import AttendeeId
from matchmaker.model.snapshot import Earlier, Snapshot, canonical, decode, encode, input_hash, without
from tests.worlds import alike, attendee, room, steady

THREE = room(
    alike("c", organisation="Acme"),
    attendee("a", seeks="x y", languages=["en"]),
    alike("b", quota=0),
    excluded=[("c", "a"), ("b", "a")],
    acquainted=[("c", "b"), ("a", "c")],
    apart=[("a", "Acme")],
)


@given(st.data())
@steady
def test_every_order_has_the_same_bytes(data: st.DataObject) -> None:
    parts = {part: rows for part, rows in structs.asdict(THREE).items() if part != "earlier"}
    mixed: dict[str, Any] = {part: data.draw(st.permutations(rows)) for part, rows in parts.items()}
    shuffled = Snapshot(**mixed)
    assert encode(shuffled) == encode(THREE)
    assert decode(encode(shuffled)) == canonical(THREE)


def test_only_a_run_that_begins_anew_says_what_was_earlier() -> None:
    assert b"earlier" not in encode(THREE)
    anew = structs.replace(THREE, earlier=Earlier(from_round=2, byes=[Bye(attendee_id=AttendeeId("a"), round=1)]))
    assert decode(encode(anew)) == canonical(anew)
    assert encode(anew) != encode(THREE)


def test_nothing_is_left_of_who_is_gone_and_all_of_everyone_else() -> None:
    a, b, c = (AttendeeId(one) for one in "abc")
    table = Group(kind=GroupKind.TABLE, number=1, members=[a, b, c], mutual_value=1, value_least=1, round=1)
    pair = structs.replace(table, number=2, members=[a, b])
    earlier = Earlier(
        from_round=2, groups=[table, pair], byes=[Bye(attendee_id=a, round=1), Bye(attendee_id=c, round=1)]
    )
    tallies = [Tally(attendee_id=one) for one in (a, b)]
    left = without(structs.replace(THREE, earlier=earlier, tallies=tallies), {a})
    assert b'"a"' not in encode(left)
    assert [one.id for one in left.attendees] == [one.id for one in THREE.attendees if one.id != a]
    assert [(one.first_id, one.second_id) for one in left.acquaintances] == [(b, c)]
    assert isinstance(left.earlier, Earlier)
    assert [one.members for one in left.earlier.groups] == [[b, c]]
    assert ([one.attendee_id for one in left.earlier.byes], left.tallies) == ([c], [Tally(attendee_id=b)])
    assert without(THREE, set()) == THREE


def test_people_stand_by_id() -> None:
    assert [one.id for one in canonical(THREE).attendees] == ["a", "b", "c"]


def test_any_change_is_another_hash() -> None:
    changes = [
        THREE,
        structs.replace(THREE, attendees=THREE.attendees[:2]),
        structs.replace(THREE, exclusions=[]),
        structs.replace(THREE, acquaintances=[]),
        structs.replace(THREE, attendees=[alike("c"), *THREE.attendees[1:]]),
    ]
    hashes = [input_hash(encode(change)) for change in changes]
    assert all(len(one) == 64 for one in hashes)
    assert all(one != other for one, other in itertools.combinations(hashes, 2))
