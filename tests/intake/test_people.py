"""An entry names people by external id, e-mail, name or organisation, in that order."""

from matchmaker.intake.people import Directory, Resolved, Someone, resolve
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
