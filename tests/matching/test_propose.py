"""The whole algorithm on rooms whose best answer is known, and what holds in every room."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from matchmaker.matching.pipeline import propose
from matchmaker.model.pairing import Basis, Pairing
from matchmaker.model.policy import Acquainted, Model, Policy
from matchmaker.model.run import Format, Proposal
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.text import text_hash
from tests import worlds
from tests.matching.test_assignment import most_covered
from tests.worlds import PLAIN, attendee, codes_of, pairs_of, proposed, room, steady


def loads(proposal: Proposal) -> dict[str, int]:
    ends: list[str] = [one for pairing in proposal.pairings for one in (pairing.first, pairing.second)]
    return {one: ends.count(one) for one in ends}


def only(proposal: Proposal) -> Pairing:
    (pairing,) = proposal.pairings
    return pairing


def bases(pairing: Pairing) -> set[tuple[str, str, str]]:
    return {(reason.to, reason.seek_from.value, reason.offer_from.value) for reason in pairing.reasons}


# Rooms known by hand


def test_two_who_answer_each_other_are_paired() -> None:
    pairing = only(proposed(worlds.two_who_answer_each_other()))
    assert (pairing.rank, pairing.first, pairing.second) == (1, "ada", "bob")
    assert (pairing.mutual_value, pairing.value_to_first, pairing.value_to_second) == (100, 100, 100)


def test_of_three_the_two_who_fit_are_paired() -> None:
    proposal = proposed(worlds.two_of_three())
    assert pairs_of(proposal) == {("ada", "bob")}
    assert codes_of(proposal) == {"cyd": "no_common_ground"}


def test_who_only_asks_is_told_so_and_a_job_title_does_not_hide_it() -> None:
    proposal = proposed(worlds.only_asks())
    assert pairs_of(proposal) == {("ada", "bob")}
    assert codes_of(proposal) == {"cyd": "one_way_ask"}


def test_a_circle_of_givers_has_no_pair_and_nobody_in_it_is_one_way() -> None:
    assert codes_of(proposed(worlds.giving_circle())) == dict.fromkeys(("ada", "bob", "cyd"), "no_common_ground")


def test_the_best_pair_makes_way_where_that_covers_everyone() -> None:
    assert pairs_of(proposed(worlds.tempting_middle())) == {("p00", "p01"), ("p02", "p03")}


@pytest.mark.parametrize("people", [3, 5, 7])
def test_an_odd_ring_with_quota_one_leaves_out_exactly_one(people: int) -> None:
    proposal = proposed(worlds.odd_cycle(people))
    assert len(proposal.pairings) == people // 2
    assert list(codes_of(proposal).values()) == ["full"]


def test_a_flower_is_covered_around_its_ring() -> None:
    assert len(loads(proposed(worlds.flower()))) == 6


def test_a_host_with_room_for_two_takes_two() -> None:
    proposal = proposed(worlds.host())
    assert loads(proposal)["p00"] == 2
    assert sorted(codes_of(proposal).values()) == ["full", "full"]


def test_every_reason_to_be_without_a_pairing_is_given_once() -> None:
    proposal = proposed(worlds.every_code())
    assert pairs_of(proposal) == {("a-host", "b-guest")}
    assert codes_of(proposal) == {
        "all-excluded": "all_excluded",
        "full": "full",
        "no-common-ground": "no_common_ground",
        "nothing-said": "nothing_said",
        "one-way-ask": "one_way_ask",
        "one-way-offer": "one_way_offer",
        "quota-zero": "quota_zero",
    }
    assert [one.id for one in proposal.unmatched] == sorted(one.id for one in proposal.unmatched)
    assert all(len(one.reason) > 20 for one in proposal.unmatched)


# Who states less


def test_who_states_no_seek_is_taken_to_seek_what_their_interests_say() -> None:
    pairing = only(
        proposed(
            room(attendee("ada", interests="quartz", offers="fjord"), attendee("bob", seeks="fjord", offers="quartz"))
        )
    )
    assert (pairing.value_to_first, pairing.value_to_second) == (60, 100)
    assert bases(pairing) == {("ada", "interests", "offers"), ("bob", "seeks", "offers")}


def test_without_interests_their_offers_say_it() -> None:
    pairing = only(proposed(room(attendee("ada", offers="quartz"), attendee("bob", seeks="quartz", offers="quartz"))))
    assert (pairing.value_to_first, pairing.value_to_second) == (60, 100)
    assert bases(pairing) == {("ada", "offers", "offers"), ("bob", "seeks", "offers")}


def test_without_a_word_their_role_says_it_at_the_discount_twice() -> None:
    pairing = only(proposed(room(attendee("ada", role="quartz"), attendee("bob", seeks="quartz", offers="quartz"))))
    assert (pairing.value_to_first, pairing.value_to_second) == (36, 36)
    assert bases(pairing) == {("ada", "role", "offers"), ("bob", "seeks", "role")}


def test_a_sector_alone_is_a_role_too() -> None:
    pairing = only(proposed(room(attendee("ada", sector="quartz"), attendee("bob", seeks="quartz", offers="quartz"))))
    assert pairing.reasons[0].seek == "quartz"


def test_interests_stand_in_for_an_offer_too() -> None:
    pairing = only(
        proposed(
            room(attendee("ada", seeks="fjord", interests="quartz"), attendee("bob", seeks="quartz", offers="fjord"))
        )
    )
    assert (pairing.value_to_first, pairing.value_to_second) == (100, 60)
    assert bases(pairing) == {("ada", "seeks", "offers"), ("bob", "seeks", "interests")}


@pytest.mark.parametrize(("discount", "value"), [(1.0, 100.0), (0.5, 50.0), (0.2, 20.0)])
def test_the_discount_is_the_policys(discount: float, value: float) -> None:
    snapshot = room(
        attendee("ada", interests="quartz", offers="fjord"), attendee("bob", seeks="fjord", offers="quartz")
    )
    assert only(proposed(snapshot, unstated_discount=discount)).value_to_first == value


def test_a_stated_seek_silences_the_interests() -> None:
    proposal = proposed(
        room(
            attendee("ada", seeks="kiwi", interests="quartz", offers="fjord"),
            attendee("bob", seeks="fjord", offers="quartz"),
        )
    )
    assert codes_of(proposal) == {"ada": "one_way_offer", "bob": "one_way_ask"}


def test_blank_texts_say_nothing() -> None:
    blank = structs.replace(attendee("ada").profile, seeks=[" "], offers=["\n"], interests=["\t"])
    people = [structs.replace(attendee(one), profile=blank) for one in ("ada", "bob")]
    for model in Model:
        assert codes_of(propose(room(*people), Policy(model=model), seed=1)) == dict.fromkeys(
            ("ada", "bob"), "nothing_said"
        )


def test_shared_interests_warm_a_value_and_never_carry_one() -> None:
    def value(interests: str, seeks: str) -> float:
        proposal = proposed(
            room(
                attendee("ada", seeks=seeks, offers="fjord", interests="nymph"),
                attendee("bob", seeks="fjord", offers="quartz", interests=interests),
            ),
            warmth=0.2,
        )
        return proposal.pairings[0].value_to_first if proposal.pairings else 0.0

    assert value("nymph", "quartz") == 100
    assert value("dodo", "quartz") == 80
    assert value("nymph", "kiwi") == 0


@pytest.mark.parametrize(("top", "whom", "common_ground"), [(1.0, "bob", 1.0), (0.7, "cyd", 0.707)])
def test_common_ground_is_wanted_up_to_the_top_the_policy_sets(top: float, whom: str, common_ground: float) -> None:
    """Ada and Bob have the same interests, Ada and Cyd one of two in common: a closeness of .707."""
    words = {"seeks": "quartz", "offers": "quartz"}
    people = (
        attendee("ada", **words, interests="nymph", quota=1),
        attendee("bob", **words, interests="nymph"),
        attendee("cyd", **words, interests="nymph dodo"),
    )
    proposal = proposed(room(*people, excluded=[("bob", "cyd")]), warmth=0.5, common_ground_top=top)
    assert pairs_of(proposal) == {("ada", whom)}
    assert proposal.report.common_ground_mean == pytest.approx(common_ground, abs=1e-3)


def test_who_is_at_no_table_is_told_why_without_a_plan_of_pairs() -> None:
    people = [*map(worlds.alike, ("ada", "bob", "cyd", "dot")), worlds.alike("eva", available=[9])]
    proposal = propose(room(*people), structs.replace(PLAIN, rounds=1), seed=1, format=Format.TABLES)
    assert codes_of(proposal) == {"eva": "no_round"}
    assert proposal.report.upper_bound is None


# Rules


def test_the_excluded_are_never_paired_whoever_named_whom() -> None:
    for pair in (("ada", "bob"), ("bob", "ada")):
        proposal = proposed(room(*map(worlds.alike, ("ada", "bob", "cyd")), excluded=[pair]))
        assert pairs_of(proposal) == {("ada", "cyd"), ("bob", "cyd")}


def test_an_excluded_organisation_bars_all_of_its_people_case_and_blanks_aside() -> None:
    people = [
        worlds.alike("ada", organisation="Ours"),
        worlds.alike("bob", organisation="ACME  ltd"),
        worlds.alike("cyd", organisation="acme Ltd "),
        worlds.alike("dot"),
    ]
    proposal = proposed(room(*people, apart=[("ada", "Acme Ltd")]), colleagues=Acquainted.ALLOWED)
    assert ("ada", "dot") in pairs_of(proposal)
    assert {("ada", "bob"), ("ada", "cyd")} & pairs_of(proposal) == set()
    assert ("bob", "cyd") in pairs_of(proposal)


def test_an_exclusion_of_no_organisation_bars_nobody() -> None:
    proposal = proposed(room(worlds.alike("ada"), worlds.alike("bob"), apart=[("ada", " ")]))
    assert pairs_of(proposal) == {("ada", "bob")}


def test_excluding_ones_own_organisation_does_not_exclude_oneself_from_everyone() -> None:
    people = [worlds.alike("ada", organisation="Acme"), worlds.alike("bob", organisation="Acme"), worlds.alike("cyd")]
    assert pairs_of(proposed(room(*people, apart=[("ada", "Acme")]))) == {("ada", "cyd"), ("bob", "cyd")}


@pytest.mark.parametrize(
    ("choice", "value"), [(Acquainted.APART, None), (Acquainted.LESS, 40.0), (Acquainted.ALLOWED, 100.0)]
)
@pytest.mark.parametrize("kind", ["acquaintances", "colleagues"])
def test_who_knows_whom_is_the_policys_choice(kind: str, choice: Acquainted, value: float | None) -> None:
    people = [worlds.alike("ada", organisation="Acme"), worlds.alike("bob", organisation="acme")]
    acquainted = [("ada", "bob")] if kind == "acquaintances" else []
    other = "colleagues" if kind == "acquaintances" else "acquaintances"
    changed: dict[str, Any] = {kind: choice, other: Acquainted.ALLOWED}
    proposal = proposed(room(*people, acquainted=acquainted), acquainted_discount=0.4, **changed)
    assert [pairing.mutual_value for pairing in proposal.pairings] == ([] if value is None else [value])
    if value is None:
        assert codes_of(proposal) == {"ada": "all_excluded", "bob": "all_excluded"}


def test_people_without_an_organisation_are_no_colleagues() -> None:
    people = [worlds.alike("ada", organisation=" "), worlds.alike("bob")]
    assert only(proposed(room(*people), colleagues=Acquainted.APART)).mutual_value == 100


@pytest.mark.parametrize(("floor", "paired"), [(59.0, True), (60.0, True), (61.0, False)])
def test_no_side_stays_below_the_floor(floor: float, paired: bool) -> None:
    snapshot = room(
        attendee("ada", interests="quartz", offers="fjord"), attendee("bob", seeks="fjord", offers="quartz")
    )
    assert bool(proposed(snapshot, floor=floor).pairings) == paired


def test_without_a_floor_a_side_that_gains_nothing_is_still_not_paired() -> None:
    assert proposed(worlds.only_asks(), floor=0).pairings == proposed(worlds.only_asks()).pairings


def test_a_persons_own_quota_stands_above_the_policys() -> None:
    people = [worlds.alike("ada", quota=1), *map(worlds.alike, ("bob", "cyd", "dot"))]
    found = loads(proposed(room(*people), quota=2))
    assert found.pop("ada") == 1
    assert sorted(found.values()) == [1, 2, 2]


# Awkward rooms


@pytest.mark.parametrize("model", Model)
@pytest.mark.parametrize(
    ("snapshot", "codes"),
    [
        (room(), {}),
        (room(worlds.alike("ada")), {"ada": "alone"}),
        (room(attendee("ada")), {"ada": "alone"}),
        (room(attendee("ada"), attendee("bob")), {"ada": "nothing_said", "bob": "nothing_said"}),
        (room(attendee("ada", seeks="?"), attendee("bob", seeks="!")), None),
    ],
    ids=["nobody", "one", "one who says nothing", "two who say nothing", "signs only"],
)
def test_the_smallest_rooms_are_answered(model: Model, snapshot: Snapshot, codes: dict[str, str] | None) -> None:
    proposal = propose(snapshot, Policy(model=model), seed=1)
    assert proposal.pairings == []
    assert proposal.report.people == len(snapshot.attendees)
    assert codes is None or codes_of(proposal) == codes


@pytest.mark.parametrize("model", Model)
def test_where_all_say_the_same_all_are_paired(model: Model) -> None:
    people = [attendee(one, seeks="quartz", offers="quartz") for one in ("ada", "bob", "cyd", "dot")]
    proposal = propose(room(*people), Policy(model=model, quota=3, warmth=0), seed=1)
    assert [pairing.mutual_value for pairing in proposal.pairings] == pytest.approx([100] * 6, abs=2)


def test_everyone_excluded_from_everyone_leaves_nobody_paired() -> None:
    proposal = proposed(worlds.graph(5, []))
    assert set(codes_of(proposal).values()) == {"all_excluded"}
    assert proposal.report.coverage == 0


def test_a_text_whose_remembered_vector_is_no_number_is_as_if_unsaid() -> None:
    people = [attendee(one, seeks="quartz", offers="quartz") for one in ("ada", "bob")]
    broken = attendee("cyd", seeks="kiwi", offers="kiwi")
    memory = {text_hash("kiwi"): np.full(1024, np.nan, np.float32).tobytes()}
    proposal = propose(room(*people, broken), Policy(), seed=1, memory=memory)
    assert pairs_of(proposal) == {("ada", "bob")}
    assert codes_of(proposal) == {"cyd": "no_common_ground"}


def test_quota_nought_for_all_leaves_nobody_paired() -> None:
    proposal = proposed(room(*map(worlds.alike, ("ada", "bob"))), quota=0)
    assert codes_of(proposal) == {"ada": "quota_zero", "bob": "quota_zero"}


def test_the_report_adds_up() -> None:
    report = proposed(worlds.tempting_middle()).report
    assert (report.people, report.pairings, report.coverage) == (4, 2, 1)
    assert (report.objective, report.mutual_value_mean, report.mutual_value_least) == (100, 50, 50)
    assert (report.one_way_share, report.load_gini, report.upper_bound, report.seed) == (0, 0, 100, 1)
    libraries = {"numba", "numpy", "rustworkx", "scikit-learn", "scipy"}
    assert set(report.versions) == libraries | {"algorithm", "model", "python", "weights"}


def test_progress_names_each_stage_in_order() -> None:
    heard: list[tuple[str, float]] = []
    propose(worlds.two_of_three(), PLAIN, seed=1, progress=lambda stage, share: heard.append((stage, share)))
    stages = [stage for stage, _ in itertools.groupby(stage for stage, _ in heard)]
    assert stages == ["vectors", "candidates", "assignment", "ranking", "reasons"]
    assert all(0 <= share <= 1 for _, share in heard)


# Every room


@st.composite
def rooms(draw: st.DrawFn) -> tuple[Snapshot, Policy]:
    """Up to nine people of few words, exclusions and acquaintances among them, under any policy."""
    people = draw(st.integers(0, 9))
    names = [f"p{row}" for row in range(people)]
    words = st.lists(st.sampled_from(worlds.WORDS[:4]), max_size=2).map(" ".join)
    organisations = st.sampled_from([None, "Acme", "Zeta"])
    attendees = [
        attendee(
            name,
            seeks=draw(words),
            offers=draw(words),
            interests=draw(words),
            role=draw(st.sampled_from([None, "quartz"])),
            organisation=draw(organisations),
            quota=draw(st.sampled_from([None, None, 0, 1, 2])),
        )
        for name in names
    ]
    pairs = st.lists(st.sampled_from(list(itertools.permutations(names, 2))), max_size=5) if people > 1 else st.just([])
    apart = (
        st.lists(st.tuples(st.sampled_from(names), st.sampled_from(["acme", "Nobody"])), max_size=1)
        if people
        else st.just([])
    )
    policy = Policy(
        model=Model.TFIDF,
        quota=draw(st.integers(0, 3)),
        floor=draw(st.sampled_from([0.0, 10.0, 50.0])),
        acquaintances=draw(st.sampled_from(Acquainted)),
        colleagues=draw(st.sampled_from(Acquainted)),
    )
    return room(*attendees, excluded=draw(pairs), acquainted=draw(pairs), apart=draw(apart)), policy


@given(rooms())
@settings(steady, max_examples=100)
def test_what_is_promised_holds_in_every_room(drawn: tuple[Snapshot, Policy]) -> None:
    snapshot, policy = drawn
    proposal = proposed(snapshot, policy)
    of = {one.id: one for one in snapshot.attendees}
    pairs = [(pairing.first, pairing.second) for pairing in proposal.pairings]
    assert all(first < second for first, second in pairs)
    assert len(set(pairs)) == len(pairs)

    quotas: dict[str, int] = {one.id: policy.quota if one.quota is None else one.quota for one in snapshot.attendees}
    assert all(load <= quotas[one] for one, load in loads(proposal).items())

    barred = {frozenset((e.attendee_id, e.other_id)) for e in snapshot.exclusions if e.other_id}
    if policy.acquaintances is Acquainted.APART:
        barred |= {frozenset((a.first_id, a.second_id)) for a in snapshot.acquaintances}
    assert barred & {frozenset(pair) for pair in pairs} == set()
    for exclusion in snapshot.exclusions:
        if exclusion.organisation:
            met = {other for pair in pairs if exclusion.attendee_id in pair for other in pair} - {exclusion.attendee_id}
            assert {(of[other].organisation or "").lower() for other in met}.isdisjoint(
                {exclusion.organisation.lower()}
            )
    if policy.colleagues is Acquainted.APART:
        assert all(of[a].organisation != of[b].organisation or of[a].organisation is None for a, b in pairs)

    for pairing in proposal.pairings:
        low, high = sorted((pairing.value_to_first, pairing.value_to_second))
        assert policy.floor - 0.05 <= low
        assert 0 < low <= pairing.mutual_value + 0.1
        assert pairing.mutual_value <= high + 0.1
        for side in (pairing.first, pairing.second):
            shares = [reason.share for reason in pairing.reasons if reason.to == side]
            assert shares
            assert sum(shares) <= 1 + 1e-9
            assert shares == sorted(shares, reverse=True)
    assert [pairing.rank for pairing in proposal.pairings] == list(range(1, len(pairs) + 1))
    values = [pairing.mutual_value for pairing in proposal.pairings]
    assert values == sorted(values, reverse=True)

    paired = {one for pair in pairs for one in pair}
    assert [one.id for one in proposal.unmatched] == sorted(of.keys() - paired)


@st.composite
def graph_rooms(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[int], Snapshot]:
    people = draw(st.integers(2, 7))
    every = list(itertools.combinations(range(people), 2))
    pairs = sorted(draw(st.lists(st.sampled_from(every), max_size=10, unique=True)))
    quotas = draw(st.one_of(st.just([1] * people), st.lists(st.integers(0, 3), min_size=people, max_size=people)))
    halved = draw(st.sets(st.sampled_from(range(len(pairs))))) if pairs else set()
    return pairs, quotas, worlds.graph(people, pairs, dict(enumerate(quotas)), halved)


@given(graph_rooms())
@settings(steady, max_examples=90)
def test_as_many_people_are_covered_as_can_be(drawn: tuple[list[tuple[int, int]], list[int], Snapshot]) -> None:
    pairs, quotas, snapshot = drawn
    assert len(loads(proposed(snapshot))) == most_covered(pairs, quotas)


def test_every_basis_has_been_seen() -> None:
    """The four bases that a reason may name are those tested above."""
    assert {basis.value for basis in Basis} == {"seeks", "offers", "interests", "role"}
