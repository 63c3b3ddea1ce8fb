"""Four people and what each format may propose to them, with words that a spreadsheet might run."""

from datetime import datetime
from typing import Any

from msgspec import structs

from matchmaker.export.csv import Who
from matchmaker.model.attendee import Attendee
from matchmaker.model.group import Bye, Connector, Group, GroupKind, Route, RoutedAsk
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Basis, Pairing, Reason, Unmatched
from matchmaker.model.person import Contact
from matchmaker.model.profile import Profile
from matchmaker.model.programme import Slot, Table
from matchmaker.model.run import Format, Proposal, Report

A, B, C, D = map(AttendeeId, "abcd")
WHO: Who = {
    A: (Contact(name="Ada", email="ada@example.org"), Attendee(id=A, profile=Profile(), organisation="Acme")),
    D: (Contact(name="Dot"), Attendee(id=D, profile=Profile())),
    B: (Contact(name="=Bob"), Attendee(id=B, profile=Profile())),
    C: (Contact(name="Cyd", email="cyd@example.org"), Attendee(id=C, profile=Profile(), organisation="-Zeta")),
}
ADA_BOB = Pairing(
    rank=1,
    first=A,
    second=B,
    mutual_value=75.0,
    value_to_first=60.0,
    value_to_second=100.0,
    reasons=[
        Reason(to=A, seek="maps", offer="old maps", share=0.7, seek_from=Basis.INTERESTS),
        Reason(to=A, seek="tea", offer="cook", share=0.3, offer_from=Basis.ROLE),
        Reason(to=B, seek="soup", offer="'soup'", share=1.0),
    ],
)
ADA_CYD = Pairing(
    rank=2,
    first=A,
    second=C,
    mutual_value=40.0,
    value_to_first=30.0,
    value_to_second=50.0,
    reasons=[Reason(to=A, seek="maps", offer="charts", share=1.0), Reason(to=C, seek="jam", offer="jam", share=1.0)],
)

REPORT = Report(
    people=4, pairings=2, coverage=0.75, one_way_share=0.0, load_gini=0.2, mutual_value_mean=57.5, mutual_value_least=40.0,
    objective=115.0, upper_bound=None, versions={"algorithm": "1"}, seed=1, input_hash="0" * 64,
)  # fmt: skip
DOT_UNMATCHED = Unmatched(id=D, code="nothing_said", reason="They have said nothing yet.")


def group(kind: GroupKind, number: int, *members: AttendeeId, **fields: Any) -> Group:
    return Group(kind=kind, number=number, members=list(members), mutual_value=50.0, value_least=10.0, **fields)


def proposal(format: Format, **parts: Any) -> Proposal:
    nothing: dict[str, Any] = {"pairings": [], "unmatched": []}
    return Proposal(report=structs.replace(REPORT, format=format), **(nothing | parts))


# Ada meets Bob in round 2 and Cyd in round 1; Cyd and Bob then meet as a trio with Dot. Cyd and Dot have byes.
IN_ROUNDS = proposal(
    Format.ROUNDS,
    pairings=[
        structs.replace(ADA_BOB, round=2, table=1),
        structs.replace(ADA_CYD, round=1, table=2),
        structs.replace(ADA_BOB, rank=3, first=B, second=C, round=3, table=1),
        structs.replace(ADA_BOB, rank=4, first=A, second=D),
    ],
    groups=[group(GroupKind.TRIO, 1, B, C, D, round=3)],
    byes=[Bye(attendee_id=C, round=2), Bye(attendee_id=D, round=1), Bye(attendee_id=D, round=2)],
)
AT_TABLES = proposal(
    Format.TABLES,
    groups=[
        group(GroupKind.TABLE, 2, D, B, round=2),
        group(GroupKind.TABLE, 1, A, C, round=2),
        group(GroupKind.TABLE, 1, A, B, C, round=1),
    ],
)
IN_SETS = proposal(
    Format.SETS,
    groups=[
        group(GroupKind.SET, 2, D, C, challenge="=late trains", rounds=[4]),
        group(GroupKind.SET, 1, B, A, challenge="hiring", rounds=[1, 3]),
    ],
)
BEYOND_PAIRS = proposal(
    Format.INTRODUCTIONS,
    pairings=[ADA_BOB, ADA_CYD],
    groups=[group(GroupKind.CIRCLE, 1, B, C, D)],
    asks=[RoutedAsk(attendee_id=D, seek="a lawyer", route=Route.QUEUE)],
    connectors=[Connector(first=B, second=D, connector_id=A)],
)
SLOTS = [Slot(number=1, starts_at=datetime(2027, 3, 18, 10, 5)), Slot(number=2)]  # noqa: DTZ001, as an organiser writes it
TABLES = [Table(number=1, name="Window", place="Room B"), Table(number=2, place="-Hall")]
