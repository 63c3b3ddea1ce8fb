"""A letter of each kind to people who do not exist, to look at before anyone real gets one."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from matchmaker.mail.compose import Envelope
from matchmaker.model.attendee import MeetingPlace
from matchmaker.model.completeness import Lack
from matchmaker.model.day_letter import Agenda, AgendaItem, Bye, SetDate, SetDates
from matchmaker.model.letter import (
    AfterRounds,
    Begins,
    DidYouMeet,
    Digest,
    Exit,
    Goodbye,
    HeldBack,
    Introduced,
    Invited,
    Letter,
    Link,
    Meeting,
    MeetingCancelled,
    MeetingChanged,
    Note,
    Offered,
    Paused,
    Promise,
    Reconnect,
    Reminder,
    SayMore,
    Thanks,
    TimeProposed,
    Verify,
    Withdrawn,
)
from matchmaker.model.other import Contact, Other

BASE_URL = "https://matchmaker.example.org"
EVENT = "Bridge Builders’ Days 2027"
AT = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
STARTS_AT = datetime(2027, 4, 22, 12, 30, tzinfo=UTC)
ENDS_AT = STARTS_AT + timedelta(minutes=20)
EXPIRES_AT = datetime(2027, 3, 8, 17, 0, tzinfo=UTC)

MARA = Other(name="Mara Lindqvist", role="Head of Maintenance", organisation="Harbour Crossings")
TOMAS = Other(name="Tomás Ibarra", role="Structural Engineer", organisation="Río Ingeniería")
YUKI = Other(name="Yuki Hamada", organisation="City of Kobe")
MARAS = Contact(email="mara.lindqvist@example.org", phone="+46 70 555 01 23")
YOU_GET = "You asked for experience with sensors on old steel bridges; Mara Lindqvist has run 40 of them for six years."
THEY_GET = "Mara Lindqvist seeks help with tenders for repair work; you offer exactly that."
QUESTIONS = [
    "Which of your sensors told you something that you would not have seen otherwise?",
    "What would you leave out of a tender today?",
]
HOST = "Ines Okonkwo"
PLACE = "Foyer, the round tables by the window"


def letters() -> list[Letter]:
    """One letter of each kind, two where a kind has two faces."""
    return [*_before(), *_introduction(), *_meetings(), *_programme(), *_after(), *_exits(), *_organiser()]


def envelope(*, language: str = "en", number: int = 1) -> Envelope:
    """An envelope from an association that does not exist, to a reader who does not."""
    return Envelope(
        sender_name="Association of Bridge Builders",
        sender_address="introductions@bridges.example.org",
        reply_to="events@bridges.example.org",
        to_name="Jonas Weidmann",
        to_address="jonas.weidmann@example.org",
        message_id=f"sample-{number}@bridges.example.org",
        at=AT,
        unsubscribe_url=f"{BASE_URL}/x/sample",
        base_url=BASE_URL,
        language=language,
        time_zone="Europe/Berlin",
    )


def _page(kind: str = "i") -> str:
    return f"{BASE_URL}/{kind}/sample"


def _before() -> list[Letter]:
    return [
        Invited(
            event_name=EVENT, page_url=_page("v"), starts_at=STARTS_AT, place="Hall 3, Basel", answer_by=EXPIRES_AT
        ),
        Verify(event_name=EVENT, page_url=_page("v"), expires_at=EXPIRES_AT),
    ]


def _introduction() -> list[Letter]:
    return [
        Offered(
            event_name=EVENT, other=MARA, you_get=YOU_GET, they_get=THEY_GET, questions=QUESTIONS,
            page_url=_page(), expires_at=EXPIRES_AT, instead_of=TOMAS.name,
        ),
        Offered(
            event_name=EVENT, other=MARA, you_get=YOU_GET, they_get=THEY_GET, questions=QUESTIONS,
            page_url=_page(), expires_at=EXPIRES_AT,
        ),
        Reminder(
            event_name=EVENT, other=MARA, you_get=YOU_GET, they_get=THEY_GET, page_url=_page(), expires_at=EXPIRES_AT
        ),
        Introduced(
            event_name=EVENT, other=MARA, contact=MARAS, you_get=YOU_GET, they_get=THEY_GET, questions=QUESTIONS,
            page_url=_page(), place=PLACE,
        ),
        *(
            Introduced(
                event_name=EVENT, other=MARA, contact=MARAS, you_get=YOU_GET, they_get=THEY_GET, questions=QUESTIONS,
                page_url=_page(), place=PLACE, minutes=40, begins=begins, host_name=HOST, likes=list(MeetingPlace),
            )
            for begins in (Begins.OTHER, Begins.HOST)
        ),
        *(Withdrawn(event_name=EVENT, other=other, page_url=_page()) for other in (MARA, None)),
        *(
            TimeProposed(
                event_name=EVENT, other=MARA, starts_at=STARTS_AT, ends_at=ENDS_AT, page_url=_page(), instead_of=before
            )
            for before in (None, STARTS_AT - timedelta(days=1))
        ),
    ]  # fmt: skip


def _meetings() -> list[Letter]:
    later = timedelta(hours=2)
    return [
        Meeting(
            event_name=EVENT, others=[MARA], meeting_id="sample-two", starts_at=STARTS_AT, ends_at=ENDS_AT,
            questions=QUESTIONS, page_url=_page(), of_two=True,
        ),
        MeetingChanged(
            event_name=EVENT, others=[MARA], meeting_id="sample-two", sequence=1, starts_at=STARTS_AT + later,
            ends_at=ENDS_AT + later, started_at_before=STARTS_AT, page_url=_page(), of_two=True,
        ),
        MeetingCancelled(
            event_name=EVENT, meeting_id="sample-two", sequence=2, starts_at=STARTS_AT + later, ends_at=ENDS_AT + later,
            page_url=_page(), of_two=True,
        ),
        Meeting(
            event_name=EVENT, others=[MARA], meeting_id="sample", starts_at=STARTS_AT, ends_at=ENDS_AT, table=4,
            place=PLACE, questions=QUESTIONS, page_url=_page("m"),
        ),
        MeetingChanged(
            event_name=EVENT, others=[MARA], meeting_id="sample", sequence=1, starts_at=STARTS_AT + later,
            ends_at=ENDS_AT + later, started_at_before=STARTS_AT, table=4, place=PLACE, questions=QUESTIONS,
            page_url=_page("m"),
        ),
        MeetingCancelled(
            event_name=EVENT, meeting_id="sample", sequence=2, starts_at=STARTS_AT + later, ends_at=ENDS_AT + later,
            page_url=_page("m"),
        ),
    ]  # fmt: skip


def _programme() -> list[Letter]:
    step = timedelta(minutes=25)
    items = [
        AgendaItem(
            round=1, starts_at=STARTS_AT, ends_at=ENDS_AT, others=[MARA], place="Foyer", table=4, questions=QUESTIONS,
            meeting_id="sample-1",
        ),
        AgendaItem(
            round=2, starts_at=STARTS_AT + step, ends_at=ENDS_AT + step, meeting_id="sample-2", sequence=1,
            is_cancelled=True,
        ),
        AgendaItem(
            round=3, starts_at=STARTS_AT + 2 * step, ends_at=ENDS_AT + 2 * step, others=[TOMAS, YUKI], table=7,
            is_trio=True, meeting_id="sample-3",
        ),
        AgendaItem(round=4, others=[YUKI]),
    ]  # fmt: skip
    month = timedelta(days=28)
    dates = [
        SetDate(
            starts_at=STARTS_AT + i * month, ends_at=STARTS_AT + i * month + 6 * step, presenter=who.name,
            facilitator=next_one.name, meeting_id=f"sample-{i}",
        )
        for i, (who, next_one) in enumerate(pairwise([MARA, TOMAS, YUKI, MARA, TOMAS, YUKI]))
    ]  # fmt: skip
    actions = ["Mara Lindqvist: ask two suppliers for raw data", "Yuki Hamada: send the inspection form round"]
    return [
        Agenda(event_name=EVENT, day=STARTS_AT.date(), items=items, page_url=_page("m"), feed_url=_page("c") + ".ics"),
        Agenda(event_name=EVENT, items=items[3:], page_url=_page("m")),
        Agenda(event_name=EVENT, items=items[3:], is_new_edition=True, page_url=_page("m")),
        Bye(event_name=EVENT, round=2, starts_at=STARTS_AT + step, page_url=_page("m")),
        Bye(
            event_name=EVENT, round=3, starts_at=STARTS_AT + 2 * step, others=[TOMAS, YUKI], place=PLACE,
            page_url=_page("m"),
        ),
        SetDates(
            event_name=EVENT, members=[MARA, TOMAS, YUKI], dates=dates, place="By video call", is_facilitator=True,
            actions=actions, page_url=_page("m"), feed_url=_page("c") + ".ics",
        ),
        SetDates(
            event_name=EVENT, members=[], dates=[], ended=dates[:1], is_new_edition=True, page_url=_page("m")
        ),
        SetDates(
            event_name=EVENT, members=[MARA, TOMAS, YUKI], dates=dates[:1], ended=dates[1:2], is_new_edition=True,
            page_url=_page("m"),
        ),
    ]  # fmt: skip


def _after() -> list[Letter]:
    promise = "Send her our list of suppliers"
    due_on = date(2027, 5, 3)
    return [
        DidYouMeet(event_name=EVENT, other=MARA, page_url=_page()),
        AfterRounds(
            event_name=EVENT, others=[MARA, TOMAS, YUKI], page_url=_page("a"), expires_at=ENDS_AT + timedelta(days=14)
        ),
        HeldBack(event_name=EVENT, others=[TOMAS], page_url=_page("a")),
        Thanks(event_name=EVENT, other=MARA, contact=MARAS, you_get=YOU_GET, page_url=_page()),
        Promise(event_name=EVENT, other=MARA, promise=promise, due_on=due_on, page_url=_page()),
        Reconnect(
            event_name=EVENT, other=MARA, contact=MARAS, you_get=YOU_GET, introduced_on=AT.date(), promise=promise,
            page_url=_page(),
        ),
        Digest(
            event_name=EVENT,
            parts=[
                Reminder(
                    event_name=EVENT, other=MARA, you_get=YOU_GET, they_get=THEY_GET, page_url=_page(),
                    expires_at=EXPIRES_AT,
                ),
                DidYouMeet(event_name=EVENT, other=TOMAS, page_url=_page()),
                Promise(event_name=EVENT, other=YUKI, promise=promise, due_on=due_on, page_url=_page()),
            ],
        ),
    ]  # fmt: skip


def _exits() -> list[Letter]:
    until = date(2027, 9, 1)
    return [
        Paused(event_name=EVENT, silences=3, until=until, page_url=_page("x")),
        *(
            Goodbye(event_name=EVENT, exit=exit, until=until if exit is Exit.PROGRAMME else None, page_url=_page("x"))
            for exit in Exit
        ),
        Link(event_name=EVENT, page_url=_page("m"), expires_at=AT + timedelta(minutes=10)),
    ]


def _organiser() -> list[Letter]:
    return [
        *(SayMore(event_name=EVENT, page_url=_page("v"), lacks=lacks) for lacks in (Lack.BOTH, Lack.OFFERS)),
        Note(
            event_name=EVENT,
            heading="Doors open half an hour earlier",
            paragraphs=["The hall is ours from noon on, so come when you like.", "There will be soup."],
        ),
    ]
