"""Place each row of a list: the attendee it is about, someone new, or neither, since another row or attendee claims the same."""

from collections.abc import Sequence

from matchmaker.intake.table import Row, RowError
from matchmaker.model.attendee import ImportRow
from matchmaker.model.text import folded
from matchmaker.services.enrol import email_key
from matchmaker.store.attendee_rows import Place


def place_all(places: Sequence[Place], rows: Sequence[Row]) -> tuple["Known", list[tuple[Row, Place | None]]]:
    """Each good row with the place it is about; the errors of the others are with who is known."""
    known = Known(places)
    return known, [(row, place) for row in rows if not isinstance(place := known.place_of(row), RowError)]


class Known:
    """Who is at the event already, and which rows came before."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.errors: list[RowError] = []
        self._by_external_id = {place.external_id: place for place in places if place.external_id}
        self._by_email = {place.email_key: place for place in places if place.email_key}
        self._by_name = {
            _name_key(place): place for place in reversed(places) if not place.external_id and not place.email_key
        }
        self._lines: dict[tuple[str, object], int] = {}

    def place_of(self, row: Row) -> Place | RowError | None:
        """Whose place the row is about; None for a new attendee's; an error, which is noted, where that cannot be told."""
        attendee = row.attendee
        key = email_key(attendee.email)
        by_external_id = self._by_external_id.get(attendee.external_id or "")
        by_email = self._by_email.get(key or "")
        place = by_external_id or by_email
        if place is None and attendee.external_id is None and key is None:
            place = self._by_name.get(_name_key(attendee))
        if by_email is not None and _differ(by_email, by_external_id, attendee):
            return self._error(row, "email", "email_taken", _EMAIL_TAKEN.format(line=row.line, other=_called(by_email)))
        return self._claimed_twice(row, place) or place

    def _claimed_twice(self, row: Row, place: Place | None) -> RowError | None:
        claims = _claims(row.attendee, place)
        for claim in claims:
            if claim in self._lines:
                column = claim[0]
                message = _TWICE[column].format(first=self._lines[claim], line=row.line)
                return self._error(row, "" if column == "place" else column, f"{column}_twice", message)
        self._lines.update(dict.fromkeys(claims, row.line))
        return None

    def _error(self, row: Row, column: str, code: str, message: str) -> RowError:
        error = RowError(row=row.row, line=row.line, column=column, code=code, message=message)
        self.errors.append(error)
        return error


_EMAIL_TAKEN = (
    "The e-mail on line {line} belongs to {other}, another attendee of this event. Give each person their own address, or "
    "correct the external id."
)
_TWICE = {
    "external_id": "Lines {first} and {line} have the same external id; line {first} is kept.",
    "email": "Lines {first} and {line} have the same e-mail, and it tells people apart; line {first} is kept.",
    "name": "Lines {first} and {line} have the same name and organisation, and nothing tells the two apart; line {first} is "
    "kept. Give each an external id or an e-mail.",
    "place": "Lines {first} and {line} are about the same attendee; line {first} is kept.",
}


def _differ(by_email: Place, by_external_id: Place | None, attendee: ImportRow) -> bool:
    """Whether the row's e-mail and external id speak of two people; an external id may be new to whom the e-mail names."""
    if by_external_id is not None:
        return by_external_id.id != by_email.id
    return attendee.external_id is not None and by_email.external_id is not None


def _claims(attendee: ImportRow, place: Place | None) -> list[tuple[str, object]]:
    """What no other row of the same list may claim."""
    claims: list[tuple[str, object]] = []
    if attendee.external_id is not None:
        claims.append(("external_id", attendee.external_id))
    if attendee.email is not None:
        claims.append(("email", email_key(attendee.email)))
    if not claims:
        claims.append(("name", _name_key(attendee)))
    if place is not None:
        claims.append(("place", place.id))
    return claims


def _name_key(one: Place | ImportRow) -> tuple[str, str]:
    return folded(one.name), folded(one.organisation)


def _called(place: Place) -> str:
    return f"{place.name} (external id {place.external_id})" if place.external_id else place.name
