"""A mapping suggested from headers: a known tool's, our own names, what people call the same in English and German, and the
words that questions of forms are asked with. A suggestion, for a person to look at."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from matchmaker.intake.fields import COLUMNS, target_of
from matchmaker.intake.sheet import Sheet, blank_columns, folded_header, values_of
from matchmaker.intake.tools import rules_of, tool_of
from matchmaker.model.goal import GoalKind
from matchmaker.model.mapping import HEADER_CHARS_MAX, WORDS, Condition, Field, Rule, Tool
from matchmaker.model.text import clean_line

ALIKE = 0.86
SEPARATOR_SHARE = 0.5
LABEL_CHARS_MAX = 60
SIDE_CHARS_MAX = 100  # of a cell that says mentor or mentee, with blanks around it

# What a column is called: the whole of a short header, courtesies aside.
CALLED: dict[Field, tuple[str, ...]] = {
    Field.EXTERNAL_ID: ("id", "external id", "member id", "user id", "membership number", "mitgliedsnummer", "kennung"),
    Field.NAME: ("name", "full name", "name and surname", "vollständiger name", "vor- und nachname", "fullname"),
    Field.EMAIL: ("email", "e-mail", "email address", "e-mail address", "mail", "e-mail-adresse", "emailadresse", "mailadresse"),
    Field.ORGANISATION: (
        "organisation", "organization", "company", "employer", "institution", "affiliation", "company name", "university",
        "firma", "unternehmen", "arbeitgeber", "einrichtung", "hochschule", "verein",
    ),
    Field.ROLE: ("role", "job title", "position", "title", "rolle", "funktion", "beruf", "berufsbezeichnung", "tätigkeit"),
    Field.SENIORITY: ("seniority", "level", "career level", "career stage", "erfahrungsstufe", "karrierestufe"),
    Field.SECTOR: ("sector", "industry", "branche", "sektor", "wirtschaftszweig"),
    Field.REGION: ("region", "city", "country", "location", "stadt", "ort", "land", "standort", "wohnort"),
    Field.LANGUAGES: ("languages", "language", "sprachen", "sprache"),
    Field.QUOTA: ("quota", "number of meetings", "how many meetings", "anzahl treffen", "wie viele treffen"),
    Field.GROUPS: ("groups", "group", "track", "gruppe", "gruppen"),
    Field.AVOIDS: ("avoids", "conflicts", "not with", "nicht mit"),
    Field.KNOWS: ("knows", "already knows", "kennt", "bekannte"),
    Field.INTERESTS: (
        "interests", "interest", "topics", "bio", "about", "about me", "abstract", "keywords",
        "themen", "interessen", "über mich", "stichworte",
    ),
    Field.SEEKS: ("seeks", "looking for", "needs", "wants", "goals", "goal", "sucht", "suche", "gesuch", "ziele", "bedarf"),
    Field.OFFERS: ("offers", "offer", "can offer", "expertise", "skills", "bietet", "biete", "angebot", "kompetenzen"),
}  # fmt: skip
GIVEN_NAME = ("first name", "given name", "firstname", "vorname")
FAMILY_NAME = ("last name", "surname", "family name", "lastname", "nachname", "familienname")

# What a question is asked with, wherever it stands; the first field whose words are found is it.
ASKED: tuple[tuple[Field, tuple[str, ...]], ...] = (
    (Field.OFFERS, (
        "can you offer", "can offer", "can help", "could help", "can you help", "help others",
        "can share", "expertise", "experience in", "good at",
        "anbieten", "biete", "helfen können", "weitergeben", "kenntnisse", "erfahrung mit",
    )),
    (Field.SEEKS, (
        "looking for", "hope to", "would you like to meet", "want to meet", "want to learn", "would like to learn", "need help",
        "help do you need", "get out of", "your goals", "suchen", "suchst", "gesucht", "lernen möcht", "erhoff", "kennenlernen",
        "brauchst", "brauchen", "deine ziele", "ihre ziele",
    )),
    (Field.INTERESTS, (
        "interest", "discipline", "topics", "describe your", "about yourself", "field of", "working on", "research area",
        "interess", "themen", "fachgebiet", "beschreib", "arbeitest du", "arbeiten sie", "schwerpunkt",
    )),
)  # fmt: skip
# Of these, whatever else they say, nothing goes into a profile: they ask about the asking.
NOT_ASKED = (
    "preferences for matching",
    "comments",
    "questions/",
    "how did you hear",
    "anmerkungen",
    "diet",
    "available",
    "consent",
)
HOW_MANY = (
    "how many people",
    "how many students",
    "how many mentees",
    "how many meetings",
    "how many introductions",
    "wie viele",
)
MENTOR, MENTEE = ("mentor", "mentorin", "mentor:in"), ("mentee", "mentees", "protégé")

_COURTESY = re.compile(
    r"^(please |bitte |enter |your |what is |what's |ihr |ihre |dein |deine |der |die |das )+|[\s?*:.]+$"
)


class Suggestion(Struct, frozen=True, kw_only=True):
    """The tool whose export the file seems to be, and the rules that would fit it."""

    tool: Tool | None
    rules: list[Rule]


def suggestion_of(sheet: Sheet) -> Suggestion:
    """What a sheet's columns seem to be."""
    tool = tool_of(sheet.header)
    rules = [] if tool is None else rules_of(tool, sheet.header, blank_columns(sheet))
    return Suggestion(tool=tool, rules=[*rules, *_guessed(sheet, rules)])


def spoken_of(rules: Sequence[Rule]) -> set[tuple[str, int]]:
    """The columns that rules speak of, whether they take them or only look, by header and which of those so called."""
    said = [(rule.column, rule.nth) for rule in rules]
    said += [(rule.when.column, rule.when.nth) for rule in rules if rule.when is not None]
    return {(folded_header(column), nth) for column, nth in said if column is not None}


def _guessed(sheet: Sheet, known: Sequence[Rule]) -> list[Rule]:
    """What the columns seem to be that no rule speaks of yet. Of a known tool's only questions are left to guess."""
    header = numbered(sheet.header)
    spoken, blank = spoken_of(known), blank_columns(sheet)
    free = [
        index
        for index, (name, nth) in enumerate(header)
        if 0 < len(name) <= HEADER_CHARS_MAX and index not in blank and (folded_header(name), nth) not in spoken
    ]
    fields = dict(_fields(sheet.header, free, {rule.field for rule in known}, only_questions=bool(known)))
    sides = next((index for index in free if _tells_sides(sheet, index)), None)
    rules: list[Rule] = []
    for index, field in sorted(
        fields.items(), key=lambda found: (_plain(sheet.header[found[0]]) in FAMILY_NAME, found[0])
    ):
        name, nth = header[index]
        rule = Rule(field=field, column=name, nth=nth, separator=_separator(sheet, index) if field in WORDS else None)
        rules += [rule] if sides in (None, index) or field not in WORDS else _by_side(rule, header[sides])
    return rules if sides is None else [*rules, *_sides_told(header[sides], {rule.field for rule in (*known, *rules)})]


def numbered(header: Sequence[str]) -> list[tuple[str, int]]:
    """Each header on one line, and which of the columns so called it is, from the left."""
    seen: Counter[str] = Counter()
    numbered = []
    for name in header:
        seen[folded_header(name)] += 1
        numbered.append((" ".join(clean_line(name).split()), seen[folded_header(name)]))
    return numbered


def _fields(
    header: Sequence[str], free: Sequence[int], taken: Collection[Field], *, only_questions: bool
) -> Iterable[tuple[int, Field]]:
    """What each free column seems to be. A field that is no list is one column's, the one called most like it."""
    best: dict[Field, tuple[float, int]] = {}
    names: list[tuple[int, Field]] = []
    for index in free:
        field, likeness = _field_of(header[index], only_questions=only_questions)
        if field is None:
            continue
        if field in WORDS or field is Field.GROUPS:
            yield index, field
        elif field is Field.NAME and _plain(header[index]) in (*GIVEN_NAME, *FAMILY_NAME):
            names.append((index, field))
        elif field not in taken and (field not in best or likeness > best[field][0]):
            best[field] = likeness, index
    if Field.NAME not in best and Field.NAME not in taken:
        yield from names
    yield from ((index, field) for field, (_, index) in best.items())


def _field_of(header: str, *, only_questions: bool) -> tuple[Field | None, float]:
    """What a header seems to mean, and how sure that is in [0, 1]."""
    if not only_questions and target_of(header) in COLUMNS:
        return Field(target_of(header)), 1.0
    plain = _plain(header)
    if any(words in plain for words in NOT_ASKED):
        return None, 0.0
    if any(words in plain for words in HOW_MANY):
        return Field.QUOTA, 0.8
    if not only_questions and len(plain) <= LABEL_CHARS_MAX:
        if plain in (*GIVEN_NAME, *FAMILY_NAME):
            return Field.NAME, ALIKE
        likeness, field = max(
            ((SequenceMatcher(None, plain, name).ratio(), field) for field, names in CALLED.items() for name in names),
            key=lambda found: found[0],
        )
        if likeness >= ALIKE:
            return field, min(likeness, 0.99)
    asked = next((field for field, cues in ASKED if any(cue in plain for cue in cues)), None)
    return asked, 0.8


def _plain(header: str) -> str:
    return _COURTESY.sub("", folded_header(header).replace("_", " "))


def _separator(sheet: Sheet, column: int) -> str | None:
    """The comma that parts the choices of a form, which come back in many rows; in sentences a comma parts nothing."""
    values = values_of(sheet, column)
    parts = Counter(part.strip() for value in values for part in value.split(","))
    several = [value for value in values if "," in value]
    again = [
        value for value in several if sum(parts[part.strip()] > 1 for part in value.split(",")) * 2 > value.count(",")
    ]
    return "," if several and len(again) >= SEPARATOR_SHARE * len(several) else None


def _tells_sides(sheet: Sheet, column: int) -> bool:
    """Whether a column says who is a mentor and who a mentee."""
    found = values_of(sheet, column)
    if any(len(value) > SIDE_CHARS_MAX for value in found):
        return False
    values = set(map(folded_header, found))
    return bool(values & set(MENTOR)) and bool(values & set(MENTEE)) and values <= {*MENTOR, *MENTEE, "both", "beides"}


def _sides_told(sides: tuple[str, int], taken: Collection[Field]) -> list[Rule]:
    """Who is what stands in their role and makes a group, so that a policy can bring mentors to mentees alone."""
    fields = [field for field in (Field.ROLE, Field.GROUPS) if field not in taken]
    return [Rule(field=field, column=sides[0], nth=sides[1]) for field in fields]


def _by_side(rule: Rule, sides: tuple[str, int]) -> list[Rule]:
    """What a mentor writes is an offer to mentor, what a mentee writes the wish for one; interests are shared by both."""
    column, nth = sides
    mentor = Condition(column=column, nth=nth, is_one_of=[*MENTOR, "both", "beides"])
    mentee = Condition(column=column, nth=nth, is_one_of=[*MENTEE, "both", "beides"])
    return [
        *([rule] if rule.field is Field.INTERESTS else []),
        _as(rule, Field.OFFERS, mentor, GoalKind.MENTOR),
        _as(rule, Field.SEEKS, mentee, GoalKind.FIND_MENTOR),
    ]


def _as(rule: Rule, field: Field, when: Condition, kind: GoalKind) -> Rule:
    return Rule(field=field, column=rule.column, nth=rule.nth, separator=rule.separator, when=when, kind=kind)
