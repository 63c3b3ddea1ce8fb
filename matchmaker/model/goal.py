"""The kinds of goals (F04): what someone is after, and which kind answers which."""

from enum import Enum


class GoalKind(Enum):
    """What a seek is after; `TEACH`, `SELL`, `INVEST`, `MENTOR` and `BE_HIRED` are said by those who give."""

    BE_HIRED = "be_hired"
    BUY = "buy"
    EXPLORE = "explore"
    FIND_MENTOR = "find_mentor"
    HIRE = "hire"
    INVEST = "invest"
    LEARN = "learn"
    MENTOR = "mentor"
    PARTNER = "partner"
    PEER_SUPPORT = "peer_support"
    RAISE = "raise"
    SELL = "sell"
    SPEAK = "speak"
    TEACH = "teach"


_OPPOSITES = {
    GoalKind.HIRE: GoalKind.BE_HIRED,
    GoalKind.FIND_MENTOR: GoalKind.MENTOR,
    GoalKind.LEARN: GoalKind.TEACH,
    GoalKind.BUY: GoalKind.SELL,
    GoalKind.RAISE: GoalKind.INVEST,
}
COMPLEMENT = {kind: kind for kind in GoalKind} | _OPPOSITES | {given: sought for sought, given in _OPPOSITES.items()}
GIVING = frozenset(_OPPOSITES.values())
