"""The words of suggestions, in seven languages. Drafts quote what was written and inflect nothing."""

from matchmaker.model.suggestion import Gap

QUESTIONS = {
    "en": {
        Gap.SEEK: "What would have to happen at this event for you to go home glad you came?",
        Gap.OFFER: "What do colleagues come to you for, even when it is not your job?",
        Gap.SEEK_DETAIL: "Of what you seek: how much, by when, and what have you tried already?",
        Gap.OFFER_DETAIL: "Of what you offer: for whom have you done it, and what came of it?",
        Gap.INTERESTS: "Which three subjects could you talk about for an hour?",
        Gap.ROLE: "In a few words, what is your role, and in what kind of organisation?",
    },
    "de": {
        Gap.SEEK: "Was müsste bei dieser Veranstaltung geschehen, damit Sie froh nach Hause gehen?",
        Gap.OFFER: "Womit kommen Kolleginnen und Kollegen zu Ihnen, auch wenn es nicht Ihre Aufgabe ist?",
        Gap.SEEK_DETAIL: "Zu dem, was Sie suchen: wie viel, bis wann, und was haben Sie schon versucht?",
        Gap.OFFER_DETAIL: "Zu dem, was Sie bieten: für wen haben Sie das schon getan, und was kam dabei heraus?",
        Gap.INTERESTS: "Über welche drei Themen könnten Sie eine Stunde lang reden?",
        Gap.ROLE: "In wenigen Worten: Was ist Ihre Aufgabe, und in was für einer Organisation?",
    },
    "fr": {
        Gap.SEEK: "Que devrait-il se passer ici pour que vous rentriez content d’être venu ?",
        Gap.OFFER: "Pour quoi vient-on vous voir, même quand ce n’est pas votre travail ?",
        Gap.SEEK_DETAIL: "Ce que vous cherchez : combien, pour quand, et qu’avez-vous déjà essayé ?",
        Gap.OFFER_DETAIL: "Ce que vous proposez : pour qui l’avez-vous fait, et avec quel résultat ?",
        Gap.INTERESTS: "De quels trois sujets pourriez-vous parler pendant une heure ?",
        Gap.ROLE: "En quelques mots, quelle est votre fonction, et dans quel type d’organisation ?",
    },
    "es": {
        Gap.SEEK: "¿Qué tendría que pasar en este encuentro para que valiera la pena haber venido?",
        Gap.OFFER: "¿Para qué le buscan sus colegas, aunque no sea su trabajo?",
        Gap.SEEK_DETAIL: "De lo que busca: ¿cuánto, para cuándo y qué ha probado ya?",
        Gap.OFFER_DETAIL: "De lo que ofrece: ¿para quién lo ha hecho y con qué resultado?",
        Gap.INTERESTS: "¿De qué tres temas podría hablar durante una hora?",
        Gap.ROLE: "En pocas palabras, ¿cuál es su función y en qué tipo de organización?",
    },
    "it": {
        Gap.SEEK: "Che cosa dovrebbe succedere qui perché valga la pena di essere venuti?",
        Gap.OFFER: "Per che cosa vengono da lei i colleghi, anche quando non è il suo lavoro?",
        Gap.SEEK_DETAIL: "Di ciò che cerca: quanto, entro quando, e che cosa ha già provato?",
        Gap.OFFER_DETAIL: "Di ciò che offre: per chi lo ha fatto, e con quale risultato?",
        Gap.INTERESTS: "Di quali tre argomenti potrebbe parlare per un’ora?",
        Gap.ROLE: "In poche parole, qual è il suo ruolo, e in che tipo di organizzazione?",
    },
    "nl": {
        Gap.SEEK: "Wat moet er op dit evenement gebeuren om blij naar huis te gaan?",
        Gap.OFFER: "Waarvoor komen collega’s naar je toe, ook als het je werk niet is?",
        Gap.SEEK_DETAIL: "Over wat je zoekt: hoeveel, wanneer, en wat heb je al geprobeerd?",
        Gap.OFFER_DETAIL: "Over wat je biedt: voor wie heb je het gedaan, en wat kwam ervan?",
        Gap.INTERESTS: "Over welke drie onderwerpen kun je een uur praten?",
        Gap.ROLE: "In een paar woorden: wat is je functie, en in wat voor organisatie?",
    },
    "pt": {
        Gap.SEEK: "O que precisaria acontecer neste evento para ter valido a pena vir?",
        Gap.OFFER: "Para que é que os colegas procuram você, mesmo quando não é o seu trabalho?",
        Gap.SEEK_DETAIL: "Do que procura: quanto, até quando, e o que já tentou?",
        Gap.OFFER_DETAIL: "Do que oferece: para quem já fez, e com que resultado?",
        Gap.INTERESTS: "De que três assuntos poderia falar durante uma hora?",
        Gap.ROLE: "Em poucas palavras, qual é a sua função, e em que tipo de organização?",
    },
}
FROM_ROLE = {
    "en": "First-hand experience as {}: what works, and what I would do differently",
    "de": "Erfahrung aus erster Hand als {}: was gelingt, und was ich anders machen würde",
    "fr": "Mon expérience comme {} : ce qui marche, et ce que je ferais autrement",
    "es": "Mi experiencia como {}: lo que funciona y lo que haría de otra manera",
    "it": "La mia esperienza come {}: che cosa funziona, e che cosa farei in modo diverso",
    "nl": "Ervaring uit de praktijk als {}: wat werkt, en wat ik anders zou doen",
    "pt": "A minha experiência como {}: o que funciona, e o que faria de outro modo",
}
FROM_INTEREST = {
    "en": "What I have tried and learned about {}",
    "de": "Was ich zu {} ausprobiert und gelernt habe",
    "fr": "Ce que j’ai essayé et appris sur {}",
    "es": "Lo que he probado y aprendido sobre {}",
    "it": "Che cosa ho provato e imparato su {}",
    "nl": "Wat ik heb geprobeerd en geleerd over {}",
    "pt": "O que já experimentei e aprendi sobre {}",
}
