"""What charts say, in English and German, and how numbers are written in either."""

from typing import Any

LANGUAGE = "en"
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "topic": "Topic",
        "sought": "Sought",
        "offered": "Offered",
        "unmet": "Nobody answers it",
        "idle": "Nobody asks for it",
        "coverage": "What the room seeks and offers",
        "coverage_desc": "People: {people}. Seeks: {seeks}, of which nobody answers {unmet}. Offers: {offers}, of which "
        "nobody asks for {idle}. Most lacked: {topics}.",
        "nothing": "nothing",
        "funnel": "How far the pairs came",
        "funnel_desc": "{steps}.",
        "funnel_rounded": "{steps}. Rounded down to multiples of five, as the event is private.",
        "step": "Step",
        "pairs": "Pairs",
        "of_before": "Of the step before",
        "proposed": "Proposed",
        "asked": "Offered",
        "half_accepted": "One said yes",
        "introduced": "Both said yes",
        "met": "Met",
        "useful": "Found it useful",
        "quality_useful": "Meetings found useful",
        "quality_accepted": "Introductions answered with yes",
        "quality_met": "Introduced pairs who met",
        "quality_desc": "{rows}. The line is the figure’s interval of 95 %.",
        "when": "Event",
        "share": "Share",
        "interval": "Between (95 %)",
        "count": "Out of",
        "too_few": "too few to tell",
        "too_small": "too small a group to tell",
        "uplift": "What introductions added over chance",
        "uplift_desc": "Pairs introduced: {introduced}, held back: {held_back}. {rows}.",
        "uplift_met": "Met",
        "uplift_useful": "Found it useful",
        "figure": "Figure",
        "difference": "Difference in points",
        "chance": "no difference",
        "exposure": "How introductions are spread",
        "exposure_desc": "{rows}. Gini coefficient: {gini}, where 0 is even.",
        "each": "Introductions",
        "people": "People",
        "lorenz": "Share of introductions by share of people",
        "lorenz_desc": "The half of the people with fewest have {half} of the introductions. Gini coefficient: {gini}, "
        "where 0 is even.",
        "even": "all as many",
        "people_share": "people, fewest first",
        "introductions_share": "introductions",
        "groups_exposure": "Introductions a person, by group",
        "groups_value": "What an introduction is worth, by group",
        "groups_acceptance": "Answers that are yes, by group",
        "groups_desc": "{rows}. The line is the figure’s interval of 95 %.",
        "group": "Group",
        "unstated": "nothing stated",
        "value": "Figure",
        "completeness": "Who has said what they seek and offer",
        "completeness_desc": "People: {people}. Both: {complete}. One of the two: {partly}. Neither: {silent}. "
        "Opted in: {opted_in}.",
        "complete": "Seeks and offers",
        "partly": "One of the two",
        "silent": "Neither",
        "opted_in": "Opted in to be matched",
        "who": "Who",
        "network": "Who is connected with whom",
        "network_desc": "Before: {before}. After: {after}. {drawn}",
        "network_told": "ties {ties}, without any tie {isolates}, in two steps each reaches {reach} of the others",
        "drawn_people": "Each dot is a person.",
        "drawn_organisations": "Each dot is an organisation, the larger the more people.",
        "left_out": "Not drawn: {dots} dots, {lines} lines.",
        "before": "Before",
        "after": "After",
        "ties": "Ties between people",
        "isolates": "People without a tie",
        "reach": "Others reached in two steps",
        "organisations": "Other organisations with a tie, each on average",
        "bridges": "Organisations that hold the network together",
        "tie_before": "Tie from before",
        "tie_new": "New tie",
        "bridge": "Holds the network together",
        "isolate": "Without a tie",
    },
    "de": {
        "topic": "Thema",
        "sought": "Gesucht",
        "offered": "Angeboten",
        "unmet": "Niemand hat es",
        "idle": "Niemand sucht es",
        "coverage": "Was der Raum sucht und bietet",
        "coverage_desc": "Personen: {people}. Gesuche: {seeks}, davon ohne Antwort: {unmet}. Angebote: {offers}, davon "
        "ungefragt: {idle}. Am meisten fehlt: {topics}.",
        "nothing": "nichts",
        "funnel": "Wie weit die Paare kamen",
        "funnel_desc": "{steps}.",
        "funnel_rounded": "{steps}. Auf Vielfache von fünf abgerundet, da die Veranstaltung vertraulich ist.",
        "step": "Schritt",
        "pairs": "Paare",
        "of_before": "Vom Schritt davor",
        "proposed": "Vorgeschlagen",
        "asked": "Angeboten",
        "half_accepted": "Eine Seite sagte Ja",
        "introduced": "Beide sagten Ja",
        "met": "Getroffen",
        "useful": "Fand es nützlich",
        "quality_useful": "Treffen, die nützlich waren",
        "quality_accepted": "Mit Ja beantwortete Vorschläge",
        "quality_met": "Vorgestellte Paare, die sich trafen",
        "quality_desc": "{rows}. Die Linie ist das Intervall der Zahl zu 95 %.",
        "when": "Veranstaltung",
        "share": "Anteil",
        "interval": "Zwischen (95 %)",
        "count": "Von",
        "too_few": "zu wenige für eine Aussage",
        "too_small": "zu kleine Gruppe für eine Aussage",
        "uplift": "Was Vorstellungen gegenüber dem Zufall brachten",
        "uplift_desc": "Vorgestellte Paare: {introduced}, zurückgehaltene: {held_back}. {rows}.",
        "uplift_met": "Getroffen",
        "uplift_useful": "Fand es nützlich",
        "figure": "Zahl",
        "difference": "Unterschied in Punkten",
        "chance": "kein Unterschied",
        "exposure": "Wie die Vorstellungen verteilt sind",
        "exposure_desc": "{rows}. Gini-Koeffizient: {gini}, wobei 0 gleichmäßig ist.",
        "each": "Vorstellungen",
        "people": "Personen",
        "lorenz": "Anteil der Vorstellungen nach Anteil der Personen",
        "lorenz_desc": "Die Hälfte der Personen mit den wenigsten hat {half} der Vorstellungen. Gini-Koeffizient: {gini}, "
        "wobei 0 gleichmäßig ist.",
        "even": "alle gleich viele",
        "people_share": "Personen, wenigste zuerst",
        "introductions_share": "Vorstellungen",
        "groups_exposure": "Vorstellungen je Person, nach Gruppe",
        "groups_value": "Was eine Vorstellung wert ist, nach Gruppe",
        "groups_acceptance": "Antworten mit Ja, nach Gruppe",
        "groups_desc": "{rows}. Die Linie ist das Intervall der Zahl zu 95 %.",
        "group": "Gruppe",
        "unstated": "nichts angegeben",
        "value": "Zahl",
        "completeness": "Wer gesagt hat, was er sucht und bietet",
        "completeness_desc": "Personen: {people}. Beides: {complete}. Eines von beiden: {partly}. Keines: {silent}. "
        "Dabei: {opted_in}.",
        "complete": "Sucht und bietet",
        "partly": "Eines von beiden",
        "silent": "Keines von beiden",
        "opted_in": "Möchte dabei sein",
        "who": "Wer",
        "network": "Wer mit wem verbunden ist",
        "network_desc": "Vorher: {before}. Nachher: {after}. {drawn}",
        "network_told": "Verbindungen {ties}, ohne Verbindung {isolates}, in zwei Schritten erreicht jede Person "
        "{reach} der übrigen",
        "drawn_people": "Jeder Punkt ist eine Person.",
        "drawn_organisations": "Jeder Punkt ist eine Organisation, je größer, desto mehr Personen.",
        "left_out": "Nicht gezeichnet: {dots} Punkte, {lines} Linien.",
        "before": "Vorher",
        "after": "Nachher",
        "ties": "Verbindungen zwischen Personen",
        "isolates": "Personen ohne Verbindung",
        "reach": "In zwei Schritten erreichte übrige",
        "organisations": "Andere Organisationen mit Verbindung, im Mittel",
        "bridges": "Organisationen, die das Netz zusammenhalten",
        "tie_before": "Verbindung von vorher",
        "tie_new": "Neue Verbindung",
        "bridge": "Hält das Netz zusammen",
        "isolate": "Ohne Verbindung",
    },
}


def spoken(language: str) -> str:
    """The language we draw in for a reader of `language`: `de` for `de-AT`, English for what we do not speak."""
    first = language.lower().partition("-")[0]
    return first if first in WORDS else LANGUAGE


def said(language: str, key: str, **values: Any) -> str:
    """A phrase, with `values` filled in."""
    return WORDS[language][key].format(**values)


def number(value: float, language: str, decimals: int = 0, *, signed: bool = False) -> str:
    """`1,234.5` in English, `1.234,5` in German; with its sign if that matters."""
    written = f"{value:{'+' if signed else ''},.{decimals}f}".replace("-", "−")
    return written.translate(str.maketrans(",.", ".,")) if language == "de" else written


def percent(share: float, language: str, decimals: int = 0) -> str:
    """`42%` in English, `42 %` in German."""
    sign = "\u00a0%" if language == "de" else "%"
    return f"{number(100 * share, language, decimals)}{sign}"
