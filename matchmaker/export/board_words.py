"""What the figures of the board's page are called, in seven languages; each counts pairs, but the first."""

FIGURES = ("attendees", "proposed", "offered", "half_accepted", "introduced", "met", "useful")
BOARD = {
    "en": {
        "attendees": "attendees", "proposed": "pairs proposed", "offered": "pairs asked",
        "half_accepted": "pairs with at least one yes", "introduced": "pairs introduced", "met": "pairs who met",
        "useful": "pairs who found it useful",
        "rounded": "The event is private: numbers of pairs are rounded down to fives.",
    },
    "de": {
        "attendees": "Teilnehmende", "proposed": "vorgeschlagene Paare", "offered": "gefragte Paare",
        "half_accepted": "Paare mit mindestens einem Ja", "introduced": "einander vorgestellte Paare",
        "met": "Paare, die sich trafen", "useful": "Paare, denen es nützte",
        "rounded": "Die Veranstaltung ist privat: Zahlen von Paaren sind auf Fünfer abgerundet.",
    },
    "fr": {
        "attendees": "participants", "proposed": "paires proposées", "offered": "paires sollicitées",
        "half_accepted": "paires avec au moins un oui", "introduced": "paires mises en relation",
        "met": "paires qui se sont rencontrées", "useful": "paires à qui cela a été utile",
        "rounded": "L’événement est privé : les nombres de paires sont arrondis au multiple de cinq inférieur.",
    },
    "es": {
        "attendees": "participantes", "proposed": "parejas propuestas", "offered": "parejas consultadas",
        "half_accepted": "parejas con al menos un sí", "introduced": "parejas presentadas",
        "met": "parejas que se reunieron", "useful": "parejas a las que les fue útil",
        "rounded": "El evento es privado: los números de parejas se redondean hacia abajo de cinco en cinco.",
    },
    "it": {
        "attendees": "partecipanti", "proposed": "coppie proposte", "offered": "coppie interpellate",
        "half_accepted": "coppie con almeno un sì", "introduced": "coppie presentate",
        "met": "coppie che si sono incontrate", "useful": "coppie a cui è stato utile",
        "rounded": "L’evento è privato: i numeri di coppie sono arrotondati per difetto a multipli di cinque.",
    },
    "nl": {
        "attendees": "deelnemers", "proposed": "voorgestelde paren", "offered": "gevraagde paren",
        "half_accepted": "paren met minstens één ja", "introduced": "aan elkaar voorgestelde paren",
        "met": "paren die elkaar spraken", "useful": "paren die er iets aan hadden",
        "rounded": "Het evenement is privé: aantallen paren zijn naar beneden afgerond op vijftallen.",
    },
    "pt": {
        "attendees": "participantes", "proposed": "pares propostos", "offered": "pares consultados",
        "half_accepted": "pares com pelo menos um sim", "introduced": "pares apresentados",
        "met": "pares que se encontraram", "useful": "pares para quem foi útil",
        "rounded": "O evento é privado: os números de pares são arredondados para baixo de cinco em cinco.",
    },
}  # fmt: skip
