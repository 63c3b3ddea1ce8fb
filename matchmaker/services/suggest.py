"""Suggest what may help someone to say what they seek and offer."""

from matchmaker.matching.suggest import suggestions
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.profile import Profile
from matchmaker.model.suggestion import SuggestionInput, Suggestions


def for_attendee(attendee: AttendeeReply, given: SuggestionInput) -> Suggestions:
    """From what an attendee wrote, and their plain answers."""
    profile = Profile(interests=attendee.interests, seeks=attendee.seeks, offers=attendee.offers)
    return suggestions(profile, role=attendee.role, sector=attendee.sector, answers=given.answers)
