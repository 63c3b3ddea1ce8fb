"""The content of the letters of a day and of a set, as `letter` has that of all others: rounds, byes, and dates over months."""

from datetime import date, datetime

from msgspec import Struct

from matchmaker.model.other import Other


class AgendaItem(Struct, frozen=True, kw_only=True):
    """One meeting or round of somebody's day; with nobody, it is a bye. With a `meeting_id` and hours it is a calendar's entry.

    `is_trio` means that a third joined a pair since the numbers did not come out even; `questions` are two to each of the others.
    """

    round: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    others: list[Other] = []
    place: str | None = None
    table: int | None = None
    questions: list[str] = []
    is_trio: bool = False
    meeting_id: str | None = None
    sequence: int = 0
    is_cancelled: bool = False


class Agenda(Struct, frozen=True, kw_only=True, tag="agenda", tag_field="letter"):
    """The reader's rounds at the event, in order, anew where several have changed; no `day` where they are not on one."""

    event_name: str
    items: list[AgendaItem]
    page_url: str
    day: date | None = None
    is_new_edition: bool = False
    feed_url: str | None = None


class Bye(Struct, frozen=True, kw_only=True, tag="bye", tag_field="letter"):
    """Why the reader has a round without a meeting, or is one of three: `others` are the two they sit with, or none."""

    event_name: str
    round: int
    page_url: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    others: list[Other] = []
    place: str | None = None


class SetDate(Struct, frozen=True, kw_only=True):
    """One sitting of an action-learning set, who brings a question to it, and who sees to it that all goes well."""

    starts_at: datetime
    ends_at: datetime
    presenter: str
    facilitator: str
    meeting_id: str | None = None
    sequence: int = 0


class SetDates(Struct, frozen=True, kw_only=True, tag="set_dates", tag_field="letter"):
    """The dates of an action-learning set, who presents when, and what is still to be done; who facilitates gets a sheet.

    `ended` are dates that stood in an earlier letter and do not take place: they leave the calendar, and are not mentioned.
    """

    event_name: str
    members: list[Other]
    dates: list[SetDate]
    page_url: str
    place: str | None = None
    ended: list[SetDate] = []
    is_new_edition: bool = False
    is_facilitator: bool = False
    actions: list[str] = []
    feed_url: str | None = None
