"""Help for shy writers: what a profile says already, and the one question whose answer would help most (F04, F05)."""

from collections.abc import Iterable, Sequence

from matchmaker.matching.kinds import kinds_of
from matchmaker.matching.languages import SUPPORTED, language_of
from matchmaker.matching.shown import shown
from matchmaker.matching.suggestion_words import FROM_INTEREST, FROM_ROLE, QUESTIONS
from matchmaker.matching.tags import folded_tags
from matchmaker.model.attendee import Attendee
from matchmaker.model.goal import GoalKind
from matchmaker.model.pairing import Basis
from matchmaker.model.profile import Profile
from matchmaker.model.suggestion import DRAFTS_MAX, NOTES_MAX, Draft, Gap, GoalGuess, NextQuestion, Suggestions, Tag

LANGUAGE = "en"
WORDS_LEAST = 3
CHARS_LEAST = 12  # of scripts without blanks half of it
CHARS_MOST = 600
DRAFT_CHARS_MAX = 200
COUNTED_MAX = 10_000
REPEATED_WORDS_LEAST, REPEATED_EACH = 12, 3
# Points of 100: a first seek and a first offer say most, what makes them plain comes next.
POINTS = {Gap.SEEK: 30, Gap.OFFER: 30, Gap.SEEK_DETAIL: 12, Gap.OFFER_DETAIL: 12, Gap.INTERESTS: 8, Gap.ROLE: 8}


def suggestions(profile: Profile, *, role: str | None, sector: str | None, answers: Sequence[str] = ()) -> Suggestions:
    """What may help the person of `profile`; the same for the same words. `answers` are theirs to plain questions."""
    written = [*profile.seeks, *profile.offers, *answers, *profile.interests]
    found = language_of([*written, role or ""])
    language = found if found in QUESTIONS else LANGUAGE
    missing = [gap for gap, lacks in _gaps(profile, role).items() if lacks]
    first = max(missing, key=lambda gap: POINTS[gap], default=None)
    return Suggestions(
        completeness=100 - sum(POINTS[gap] for gap in missing),
        next=None if first is None else NextQuestion(gap=first, language=language, question=QUESTIONS[language][first]),
        language=found,
        goals=[*_goals(profile.seeks, Basis.SEEKS), *_goals(profile.offers, Basis.OFFERS)],
        drafts=[] if profile.offers else _drafts(profile, role, sector, answers, language),
        tags=[Tag(tag=tag, alike=alike) for tag, alike in folded_tags(profile.interests).items() if len(alike) > 1],
        notes=list(_notes(profile, found))[:NOTES_MAX],
    )


def kind_guess(text: str, *, sought: bool) -> GoalGuess | None:
    """The likeliest kind of one text."""
    best: tuple[GoalKind, float] | None = next(iter(kinds_of(text, sought=sought).items()), None)
    where = Basis.SEEKS if sought else Basis.OFFERS
    return None if best is None else GoalGuess(text=text, stated_in=where, kind=best[0], confidence=best[1])


def _goals(texts: Iterable[str], where: Basis) -> list[GoalGuess]:
    return [guess for text in texts if (guess := kind_guess(text, sought=where is Basis.SEEKS))]


def _gaps(profile: Profile, role: str | None) -> dict[Gap, bool]:
    """What is missing. Only what is there can lack detail, but what is not there lacks it too."""
    return {
        Gap.SEEK: not profile.seeks,
        Gap.OFFER: not profile.offers,
        Gap.SEEK_DETAIL: not any(map(_is_plain, profile.seeks)),
        Gap.OFFER_DETAIL: not any(map(_is_plain, profile.offers)),
        Gap.INTERESTS: not profile.interests,
        Gap.ROLE: not role,
    }


def _is_plain(text: str) -> bool:
    """Whether a text says enough to be answered: some words, or as much in a script without blanks."""
    plain = shown(text) or ""
    dense = any(char >= "\u0e00" for char in plain)
    return (len(plain.split()) >= WORDS_LEAST and len(plain) >= CHARS_LEAST) or (
        dense and len(plain) * 2 >= CHARS_LEAST
    )


def _drafts(
    profile: Profile, role: str | None, sector: str | None, answers: Sequence[str], language: str
) -> list[Draft]:
    said = [Draft(offer=text[:DRAFT_CHARS_MAX], drafted_from="answer") for text in filter(None, map(shown, answers))]
    place = ", ".join(filter(None, (role and shown(role), sector and shown(sector))))
    worked = [Draft(offer=FROM_ROLE[language].format(place), drafted_from="role")] if role and shown(role) else []
    liked = [
        Draft(offer=FROM_INTEREST[language].format(text), drafted_from="interest")
        for text in filter(None, map(shown, profile.interests))
        if len(text) <= DRAFT_CHARS_MAX
    ]
    return [*said, *worked, *liked][:DRAFTS_MAX]


def _notes(profile: Profile, language: str | None) -> Iterable[str]:
    if language is not None and language not in SUPPORTED:
        yield f"The language ({language}) is none of those that are matched by meaning: equal words count most."
    both = set(profile.seeks) & set(profile.offers)
    if both:
        yield "One text is both sought and offered: it may match people who only seek the same."
    for where, texts in (("seeks", profile.seeks), ("offers", profile.offers), ("interests", profile.interests)):
        for number, text in enumerate(texts, start=1):
            clean = shown(text)
            if clean is None:
                yield f"{where} {number}: cannot be shown to others, so nobody is matched by it."
            elif clean != text:
                yield f"{where} {number}: links, addresses, telephone numbers or foul words are not shown to others."
            if _is_repetitive(text):
                yield f"{where} {number}: says the same words over and over; once is enough, and more buys nothing."
            elif len(text) > CHARS_MOST:
                yield f"{where} {number}: is long; one wish or one gift a text is matched better."


def _is_repetitive(text: str) -> bool:
    """Whether its words come three times each, on average."""
    words = text.casefold().split()
    return len(words) >= REPEATED_WORDS_LEAST and len(words) >= REPEATED_EACH * len(set(words))


def counts(attendees: Sequence[Attendee]) -> dict[str, int]:
    """What matters for how people are matched and shown: how many write a language that is not matched by meaning, how many
    tags are double, and how many texts nobody is shown or repeat themselves.

    Nothing of more than 10,000 people: reading them takes about a millisecond each.
    """
    if len(attendees) > COUNTED_MAX:
        return {}
    profiles = [attendee.profile for attendee in attendees]
    languages = [language_of([*one.seeks, *one.offers, *one.interests]) for one in profiles]
    texts = {text for one in profiles for text in (*one.seeks, *one.offers)}
    found = {
        "languages_by_equal_words": sum(one is not None and one not in SUPPORTED for one in languages),
        "tags_alike": sum(len(one.interests) - len(folded_tags(one.interests)) for one in profiles),
        "texts_not_shown": sum(shown(text) is None for text in texts),
        "texts_repetitive": sum(map(_is_repetitive, texts)),
    }
    return {code: count for code, count in found.items() if count}
