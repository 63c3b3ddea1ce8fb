"""What one attendee's introductions cover of what they seek, and use of what they offer (L4)."""

from collections.abc import Sequence

from matchmaker.matching.kinds import kind_of
from matchmaker.matching.shown import shown
from matchmaker.model.coverage import AttendeeCoverage, Covered
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Pairing, Reason

KIND_CONFIDENCE_LEAST = 0.5


def covered(
    attendee_id: AttendeeId, seeks: Sequence[str], offers: Sequence[str], pairings: Sequence[Pairing]
) -> AttendeeCoverage:
    """By their own pairings, whose reasons name the texts that count; a text that may not be shown is left out."""
    own: list[tuple[AttendeeId, Reason]] = []
    theirs: list[tuple[AttendeeId, Reason]] = []
    for pairing in pairings:
        other = pairing.second if pairing.first == attendee_id else pairing.first
        for reason in pairing.reasons:
            (own if reason.to == attendee_id else theirs).append((other, reason))
    sought = [_covered(text, True, [(one, of) for one, of in own if of.seek == text]) for text in _shown(seeks)]
    offered = [_covered(text, False, [(one, of) for one, of in theirs if of.offer == text]) for text in _shown(offers)]
    share = sum(bool(one.by) for one in sought) / len(sought) if sought else 0.0
    return AttendeeCoverage(attendee_id=attendee_id, share=round(share, 3), seeks=sought, offers=offered)


def _shown(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, map(shown, texts))))


def _covered(text: str, sought: bool, by: list[tuple[AttendeeId, Reason]]) -> Covered:
    points = [sum(one.points for one in reason.evidence) for _, reason in by]
    return Covered(
        text=text,
        kind=kind_of(text, sought=sought, least=KIND_CONFIDENCE_LEAST),
        points=min(100.0, max(0.0, round(max(points, default=0.0), 1))),
        by=list(dict.fromkeys(one for one, _ in by)),
    )
