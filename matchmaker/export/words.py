"""Reasons → sentences to the person who gains: their own seek, the other's own offer."""

from matchmaker.model.pairing import Basis, Pairing, Reason

_SOUGHT = {
    Basis.SEEKS: "You seek",
    Basis.INTERESTS: "You named no seek, but you are interested in",
    Basis.OFFERS: "You named no seek, but you offer",
    Basis.ROLE: "You named no seek; you are",
}
_OFFERED = {
    Basis.OFFERS: "they offer",
    Basis.INTERESTS: "they are interested in",
    Basis.ROLE: "they are",
}


def reasons_in_words(pairing: Pairing) -> tuple[str, str]:
    """What each side gains, to the first and to the second; one sentence a reason."""
    return _sentences(pairing, pairing.first), _sentences(pairing, pairing.second)


def _sentences(pairing: Pairing, to: str) -> str:
    return " ".join(_sentence(reason) for reason in pairing.reasons if reason.to == to)


def _sentence(reason: Reason) -> str:
    return f"{_SOUGHT[reason.seek_from]} “{reason.seek}”: {_OFFERED[reason.offer_from]} “{reason.offer}”."
