"""A profile as its own form has it: what somebody wrote of themselves, read, and shown again as it is stored."""

from msgspec import structs

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.attendee import AttendeeInput, AttendeeReply, MeetingPlace
from matchmaker.model.text import MINUTES_MAX, QUOTA_MAX
from matchmaker.web.fields import kept_lines, problems_of, whole, written
from matchmaker.web.forms import Form

PURPOSES = ("matched", "introduced", "listed", "measured")
CHOICES = (*PURPOSES, "may_hold_back", "quiet")
SPOKEN = ("en", "de", "fr", "es", "it", "nl", "pt")


def attendee_of(form: Form) -> AttendeeInput:
    """What somebody wrote of themselves. Raises `InvalidFields`."""
    problems = [FieldError(f"/{name}", "empty", "") for name in ("name", "email") if not form.line(name)]
    interests = list(dict.fromkeys([*form.all("tags"), *form.lines("interests")]))
    given = AttendeeInput(
        name=form.line("name"),
        email=form.line("email") or None,
        organisation=form.line("organisation") or None,
        role=form.line("role") or None,
        languages=[one for one in form.all("languages") if one in SPOKEN],
        quota=whole(form, "quota", QUOTA_MAX, problems),
        interests=interests,
        seeks=form.lines("seeks"),
        offers=form.lines("offers"),
        may_hold_back=form.line("may_hold_back") == "yes",
    )
    problems += problems_of(given)
    if problems:
        raise InvalidFields(problems)
    return given


def changed(
    attendee: AttendeeReply, form: Form, slots: list[int], *, may_take_part: bool
) -> tuple[AttendeeInput, list[FieldError]]:
    """What of an attendee they may change themselves, changed; and what is wrong with it."""
    problems = [] if form.line("name") else [FieldError("/name", "empty", "")]
    kept = {field: getattr(attendee, field) for field in AttendeeInput.__struct_fields__}
    shown = set(SPOKEN)
    given = structs.replace(
        AttendeeInput(**kept),
        name=form.line("name"),
        organisation=form.line("organisation") or None,
        role=form.line("role") or None,
        seeks=kept_lines(attendee.seeks, form.lines("seeks")),
        offers=kept_lines(attendee.offers, form.lines("offers")),
        interests=kept_lines(attendee.interests, form.lines("interests")),
        quota=whole(form, "quota", QUOTA_MAX, problems),
        minutes=whole(form, "minutes", MINUTES_MAX, problems),
        languages=[
            *(one for one in form.all("languages") if one in shown),
            *(one for one in attendee.languages if one not in shown),
        ],
        available=_available(attendee, form, slots),
        opted_in=form.line("opted_in") == "yes" and may_take_part,
    )
    return given, [*problems, *problems_of(given)]


def chosen(attendee: AttendeeReply, form: Form) -> AttendeeInput:
    """What somebody lets be done with their place, and how they like to meet, as it is ticked; all else as it is."""
    kept = {field: getattr(attendee, field) for field in AttendeeInput.__struct_fields__}
    ticked = {name: form.line(name) == "yes" for name in CHOICES}
    return AttendeeInput(
        **{**kept, **ticked, "meets_at": [one for one in MeetingPlace if one.value in form.all("meets_at")]}
    )


def filled(attendee: AttendeeReply) -> Form:
    """The form as it shows what is stored."""
    return Form(
        {
            "name": [attendee.name],
            "organisation": [attendee.organisation or ""],
            "role": [attendee.role or ""],
            "seeks": [written(attendee.seeks)],
            "offers": [written(attendee.offers)],
            "interests": [written(attendee.interests)],
            "quota": ["" if attendee.quota is None else str(attendee.quota)],
            "minutes": ["" if attendee.minutes is None else str(attendee.minutes)],
            "languages": list(attendee.languages),
            "available": [] if attendee.available is None else [str(number) for number in attendee.available],
            "anytime": ["yes"] if attendee.available is None else [],
            "opted_in": ["yes"] if attendee.opted_in else [],
            **{name: ["yes"] if getattr(attendee, name) else [] for name in CHOICES},
            "meets_at": [place.value for place in attendee.meets_at],
            "version": [str(attendee.version)],
        }
    )


def _available(attendee: AttendeeReply, form: Form, slots: list[int]) -> list[int] | None:
    """The slots that are ticked; None, as for who never said, where all are. Without slots to tick it stays as it was (F10)."""
    if not slots:
        return attendee.available
    ticked = [number for number in slots if f"{number}" in form.all("available")]
    return None if ticked == slots else ticked
