"""An entry names people by external id, e-mail, name or organisation, in that order."""

from matchmaker.intake.people import Directory, Resolved, Someone, resolve, wishes_of
from matchmaker.model.attendee import ImportRow
from matchmaker.model.ids import AttendeeId


def someone(id_: str, name: str, **fields: str) -> Someone:
    blank: dict[str, str | None] = {"external_id": None, "email": None, "organisation": None}
    return Someone(id=AttendeeId(id_), name=name, **(blank | fields))


ROOM = [
    someone("p1", "Ada", external_id="7", email="ada@example.org", organisation="Acme  Ltd"),
    someone("p2", "Bob", external_id="8", email="bob@example.org", organisation="Zeta"),
    someone("p3", "7", external_id="Bob", email="Ada", organisation="Acme Ltd"),
    someone("p4", "Sam Lee", external_id="10"),
    someone("p5", "sam  LEE", external_id="11"),
    someone("p6", "org:Zeta"),
]


def named(*entries: str, by: str = "p9") -> Resolved:
    return resolve({AttendeeId(by): entries}, Directory(ROOM))


def test_an_external_id_goes_before_a_name_and_is_exact() -> None:
    assert named("7").pairs == {("p1", "p9")}
    assert named("Bob").pairs == {("p3", "p9")}
    assert named("bob").pairs == {("p2", "p9")}


def test_an_e_mail_goes_before_a_name_case_aside() -> None:
    assert named("BOB@example.org").pairs == {("p2", "p9")}
    assert named("ada").pairs == {("p3", "p9")}


def test_a_name_borne_by_two_names_both_case_and_blanks_aside() -> None:
    assert named(" Sam lee").pairs == {("p4", "p9"), ("p5", "p9")}


def test_an_organisation_comes_last_and_as_its_people_write_it() -> None:
    assert named("ORG:acme ltd").organisations == {("p9", "Acme  Ltd")}
    assert named("org:Zeta").pairs == {("p6", "p9")}
    assert named("org:Zeta").organisations == set()


def test_pairs_are_symmetric() -> None:
    assert resolve({AttendeeId("p4"): ["7"]}, Directory(ROOM)).pairs == {("p1", "p4")}
    assert resolve({AttendeeId("p1"): ["10"]}, Directory(ROOM)).pairs == {("p1", "p4")}


def test_nobody_is_a_pair_with_themselves() -> None:
    found = named("7", by="p1")
    assert (found.pairs, found.unresolved) == (set(), 0)


def test_who_names_nobody_is_counted() -> None:
    found = named("nobody", "org:nobody", "org:", "acme ltd", "7")
    assert (found.unresolved, len(found.pairs)) == (4, 1)


def test_a_blank_entry_names_nobody_not_all_those_without_an_e_mail() -> None:
    assert named("", " ", "\t").pairs == set()
    assert named("", " ", "\t").unresolved == 3


def wished(by: str = "p9", **wishes: list[str]) -> tuple[dict[str, str], dict[str, int]]:
    """The strength by person wished for, and the notes."""
    row = ImportRow(name="Ada", **wishes)  # type: ignore[arg-type]
    found, notes = wishes_of({AttendeeId(by): row}, Directory(ROOM))
    assert {wish.attendee_id for wish in found} <= {by}
    strengths = {str(wish.other_id): wish.strength.value for wish in found}
    assert len(strengths) == len(found)
    return strengths, notes


def test_a_wish_is_directed_and_has_its_strength() -> None:
    assert wished(must_meet=["7"], would_like=["bob@example.org"], rather_not=["10", "sam lee"]) == (
        {"p1": "must_meet", "p2": "would_like", "p4": "rather_not", "p5": "rather_not"},
        {},
    )


def test_a_wish_for_an_organisation_is_one_for_each_of_its_people_but_oneself() -> None:
    assert wished(would_like=["org:acme ltd"], by="p1") == ({"p3": "would_like"}, {})


def test_nobody_is_of_no_organisation() -> None:
    assert wished(would_like=["org:", "org: "]) == ({}, {"would_like_unresolved": 2})


def test_a_wish_for_nobody_is_counted_by_its_strength() -> None:
    assert wished(must_meet=["x", "y"], would_like=["z"], rather_not=["7", "org:nobody"]) == (
        {"p1": "rather_not"},
        {"must_meet_unresolved": 2, "would_like_unresolved": 1, "rather_not_unresolved": 1},
    )


def test_of_two_wishes_about_one_person_the_more_careful_then_the_stronger_stands_and_the_other_is_counted() -> None:
    assert wished(must_meet=["7", "8"], would_like=["8"], rather_not=["7"]) == (
        {"p1": "rather_not", "p2": "must_meet"},
        {"wishes_contradicted": 2},
    )


def test_the_same_wish_twice_is_one() -> None:
    assert wished(must_meet=["7", "ADA@example.org", "ada"]) == ({"p1": "must_meet", "p3": "must_meet"}, {})


def test_a_thousand_wishes_are_kept_whatever_the_order_of_the_people() -> None:
    crowd = [someone(f"s{number:04}", "Sam") for number in range(1_200)]
    row = {AttendeeId("p9"): ImportRow(name="Ada", would_like=["Sam"])}
    (found, notes), (turned, _) = (wishes_of(row, Directory(people)) for people in (crowd, crowd[::-1]))
    assert (len(found), notes) == (1_000, {"wishes_over_1000": 200})
    assert found == turned
