"""The few words that printed things have of their own, in seven languages."""

WORDS = {
    "en": {
        "round": "Round", "time": "Time", "table": "Table", "with": "With", "seats": "At this table",
        "bye": "A break for you", "check_in": "Code to check in with",
    },
    "de": {
        "round": "Runde", "time": "Zeit", "table": "Tisch", "with": "Mit", "seats": "An diesem Tisch",
        "bye": "Für Sie Pause", "check_in": "Code für den Einlass",
    },
    "fr": {
        "round": "Tour", "time": "Heure", "table": "Table", "with": "Avec", "seats": "À cette table",
        "bye": "Une pause pour vous", "check_in": "Code d’accueil",
    },
    "es": {
        "round": "Ronda", "time": "Hora", "table": "Mesa", "with": "Con", "seats": "En esta mesa",
        "bye": "Una pausa para usted", "check_in": "Código de registro",
    },
    "it": {
        "round": "Turno", "time": "Ora", "table": "Tavolo", "with": "Con", "seats": "A questo tavolo",
        "bye": "Una pausa per lei", "check_in": "Codice per l’ingresso",
    },
    "nl": {
        "round": "Ronde", "time": "Tijd", "table": "Tafel", "with": "Met", "seats": "Aan deze tafel",
        "bye": "Pauze voor jou", "check_in": "Code voor de balie",
    },
    "pt": {
        "round": "Rodada", "time": "Hora", "table": "Mesa", "with": "Com", "seats": "Nesta mesa",
        "bye": "Uma pausa para você", "check_in": "Código de entrada",
    },
}  # fmt: skip
