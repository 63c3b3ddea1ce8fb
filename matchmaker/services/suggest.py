"""Suggest what may help someone to say what they seek and offer."""

from collections.abc import Sequence

from matchmaker.matching.languages import SUPPORTED, language_of
from matchmaker.matching.shown import shown
from matchmaker.matching.suggest import suggestions
from matchmaker.matching.tags import folded_tags
from matchmaker.model.attendee import Attendee, AttendeeReply
from matchmaker.model.profile import Profile
from matchmaker.model.suggestion import SuggestionInput, Suggestions

COUNTED_MAX = 10_000


def for_attendee(attendee: AttendeeReply, given: SuggestionInput) -> Suggestions:
    """From what an attendee wrote, and their plain answers."""
    profile = Profile(interests=attendee.interests, seeks=attendee.seeks, offers=attendee.offers)
    return suggestions(profile, role=attendee.role, sector=attendee.sector, answers=given.answers)


def counts(attendees: Sequence[Attendee]) -> dict[str, int]:
    """Of many people: whose language is not matched by meaning, how many texts are not shown, how many tags are double.

    Nothing of more than 10,000 people: reading them takes about a millisecond each.
    """
    if len(attendees) > COUNTED_MAX:
        return {}
    profiles = [attendee.profile for attendee in attendees]
    languages = [language_of([*one.seeks, *one.offers, *one.interests]) for one in profiles]
    texts = {text for one in profiles for text in (*one.seeks, *one.offers)}
    return {
        "languages_by_equal_words": sum(one is not None and one not in SUPPORTED for one in languages),
        "texts_not_shown": sum(shown(text) is None for text in texts),
        "tags_alike": sum(len(one.interests) - len(folded_tags(one.interests)) for one in profiles),
    }
