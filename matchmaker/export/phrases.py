"""The words of reasons, in seven languages. What people wrote is quoted, never inflected, so any text fits.

A wish is said to its person; a gift has two forms, after a name and after the word for someone unnamed. What the other gains
is said by their wish, after a name, and the reader's own gift.
"""

from matchmaker.model.pairing import Basis

QUOTES = {
    "en": ("“", "”"), "de": ("„", "“"), "fr": ("« ", " »"), "es": ("«", "»"), "it": ("«", "»"), "nl": ("“", "”"),
    "pt": ("“", "”"),
}  # fmt: skip
THEY = {
    "en": "they",
    "de": "Ihr Gegenüber",
    "fr": "l’autre personne",
    "es": "la otra persona",
    "it": "l’altra persona",
    "nl": "de ander",
    "pt": "a outra pessoa",
}
AND = {"en": " and ", "de": " und ", "fr": " et ", "es": " y ", "it": " e ", "nl": " en ", "pt": " e "}
# Said of what is worth little, so that nobody reads a guess as a promise.
LONG_SHOT = {
    "en": "It is a long shot.",
    "de": "Es ist ein Versuch.",
    "fr": "C’est un pari.",
    "es": "Es solo un intento.",
    "it": "È solo un tentativo.",
    "nl": "Het is een gok.",
    "pt": "É só uma tentativa.",
}
SOUGHT = {
    "en": {
        Basis.SEEKS: "You asked for {};",
        Basis.INTERESTS: "You named no seek, but you are interested in {};",
        Basis.OFFERS: "You named no seek, but you offer {};",
        Basis.ROLE: "You named no seek; you are {};",
    },
    "de": {
        Basis.SEEKS: "Sie suchen {};",
        Basis.INTERESTS: "Sie haben nichts Gesuchtes genannt, interessieren sich aber für {};",
        Basis.OFFERS: "Sie haben nichts Gesuchtes genannt, bieten aber {};",
        Basis.ROLE: "Sie haben nichts Gesuchtes genannt; Ihre Aufgabe: {};",
    },
    "fr": {
        Basis.SEEKS: "Vous cherchez {} ;",
        Basis.INTERESTS: "Vous n’avez rien demandé, mais vous vous intéressez à {} ;",
        Basis.OFFERS: "Vous n’avez rien demandé, mais vous proposez {} ;",
        Basis.ROLE: "Vous n’avez rien demandé ; votre fonction : {} ;",
    },
    "es": {
        Basis.SEEKS: "Usted busca {};",
        Basis.INTERESTS: "Usted no pidió nada, pero le interesa {};",
        Basis.OFFERS: "Usted no pidió nada, pero ofrece {};",
        Basis.ROLE: "Usted no pidió nada; su función: {};",
    },
    "it": {
        Basis.SEEKS: "Lei cerca {};",
        Basis.INTERESTS: "Lei non ha chiesto nulla, ma si interessa di {};",
        Basis.OFFERS: "Lei non ha chiesto nulla, ma offre {};",
        Basis.ROLE: "Lei non ha chiesto nulla; il suo ruolo: {};",
    },
    "nl": {
        Basis.SEEKS: "Je zoekt {};",
        Basis.INTERESTS: "Je vroeg niets, maar hebt belangstelling voor {};",
        Basis.OFFERS: "Je vroeg niets, maar biedt {};",
        Basis.ROLE: "Je vroeg niets; je functie: {};",
    },
    "pt": {
        Basis.SEEKS: "Você procura {};",
        Basis.INTERESTS: "Você não pediu nada, mas tem interesse em {};",
        Basis.OFFERS: "Você não pediu nada, mas oferece {};",
        Basis.ROLE: "Você não pediu nada; a sua função: {};",
    },
}
OFFERED = {
    "en": {
        Basis.OFFERS: ("{} offers {}.", "{} offer {}."),
        Basis.INTERESTS: ("{} is interested in {}.", "{} are interested in {}."),
        Basis.ROLE: ("{} is {}.", "{} are {}."),
    },
    "de": {
        Basis.OFFERS: ("{} bietet {}.",) * 2,
        Basis.INTERESTS: ("{} interessiert sich für {}.",) * 2,
        Basis.ROLE: ("{} hat die Aufgabe {}.",) * 2,
    },
    "fr": {
        Basis.OFFERS: ("{} propose {}.",) * 2,
        Basis.INTERESTS: ("{} s’intéresse à {}.",) * 2,
        Basis.ROLE: ("{} a pour fonction {}.",) * 2,
    },
    "es": {
        Basis.OFFERS: ("{} ofrece {}.",) * 2,
        Basis.INTERESTS: ("{} se interesa por {}.",) * 2,
        Basis.ROLE: ("{} tiene la función {}.",) * 2,
    },
    "it": {
        Basis.OFFERS: ("{} offre {}.",) * 2,
        Basis.INTERESTS: ("{} si interessa di {}.",) * 2,
        Basis.ROLE: ("{} ha il ruolo {}.",) * 2,
    },
    "nl": {
        Basis.OFFERS: ("{} biedt {}.",) * 2,
        Basis.INTERESTS: ("{} heeft belangstelling voor {}.",) * 2,
        Basis.ROLE: ("{} heeft de functie {}.",) * 2,
    },
    "pt": {
        Basis.OFFERS: ("{} oferece {}.",) * 2,
        Basis.INTERESTS: ("{} tem interesse em {}.",) * 2,
        Basis.ROLE: ("{} tem a função {}.",) * 2,
    },
}
WISHES = {
    "en": {
        Basis.SEEKS: "{} asked for {};",
        Basis.INTERESTS: "{} is interested in {};",
        Basis.OFFERS: "{} offers {};",
        Basis.ROLE: "{} is {};",
    },
    "de": {
        Basis.SEEKS: "{} sucht {};",
        Basis.INTERESTS: "{} interessiert sich für {};",
        Basis.OFFERS: "{} bietet {};",
        Basis.ROLE: "{} hat die Aufgabe {};",
    },
    "fr": {
        Basis.SEEKS: "{} cherche {} ;",
        Basis.INTERESTS: "{} s’intéresse à {} ;",
        Basis.OFFERS: "{} propose {} ;",
        Basis.ROLE: "{} a pour fonction {} ;",
    },
    "es": {
        Basis.SEEKS: "{} busca {};",
        Basis.INTERESTS: "{} se interesa por {};",
        Basis.OFFERS: "{} ofrece {};",
        Basis.ROLE: "{} tiene la función {};",
    },
    "it": {
        Basis.SEEKS: "{} cerca {};",
        Basis.INTERESTS: "{} si interessa di {};",
        Basis.OFFERS: "{} offre {};",
        Basis.ROLE: "{} ha il ruolo {};",
    },
    "nl": {
        Basis.SEEKS: "{} zoekt {};",
        Basis.INTERESTS: "{} heeft belangstelling voor {};",
        Basis.OFFERS: "{} biedt {};",
        Basis.ROLE: "{} heeft de functie {};",
    },
    "pt": {
        Basis.SEEKS: "{} procura {};",
        Basis.INTERESTS: "{} tem interesse em {};",
        Basis.OFFERS: "{} oferece {};",
        Basis.ROLE: "{} tem a função {};",
    },
}
YOURS = {
    "en": {Basis.OFFERS: "you offer {}.", Basis.INTERESTS: "you are interested in {}.", Basis.ROLE: "you are {}."},
    "de": {
        Basis.OFFERS: "Sie bieten {}.",
        Basis.INTERESTS: "Sie interessieren sich für {}.",
        Basis.ROLE: "Sie haben die Aufgabe {}.",
    },
    "fr": {
        Basis.OFFERS: "vous proposez {}.",
        Basis.INTERESTS: "vous vous intéressez à {}.",
        Basis.ROLE: "vous avez pour fonction {}.",
    },
    "es": {
        Basis.OFFERS: "usted ofrece {}.",
        Basis.INTERESTS: "a usted le interesa {}.",
        Basis.ROLE: "usted tiene la función {}.",
    },
    "it": {
        Basis.OFFERS: "Lei offre {}.",
        Basis.INTERESTS: "Lei si interessa di {}.",
        Basis.ROLE: "Lei ha il ruolo {}.",
    },
    "nl": {
        Basis.OFFERS: "je biedt {}.",
        Basis.INTERESTS: "je hebt belangstelling voor {}.",
        Basis.ROLE: "je hebt de functie {}.",
    },
    "pt": {
        Basis.OFFERS: "você oferece {}.",
        Basis.INTERESTS: "você tem interesse em {}.",
        Basis.ROLE: "você tem a função {}.",
    },
}
