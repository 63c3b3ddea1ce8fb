"""Four people and two pairings, with words that a spreadsheet might run."""

from matchmaker.export.csv import Who
from matchmaker.model.attendee import Attendee
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Basis, Pairing, Reason
from matchmaker.model.person import Contact
from matchmaker.model.profile import Profile

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
