"""Goal kinds that the organiser switched off (F04): a seek that reads like one of them is not answered by anybody.

A kind is read from a text, and a seek left out in error is a person let down: so only what is read surely counts. Of unseen seeks
66 % read with .8 or more are of that kind, against 44 % of all; of those that ask for work 75 % are, and six in seven are found.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.direction import KINDS
from matchmaker.matching.roster import Floats, Ints, Roster, Statements
from matchmaker.model.goal import GoalKind
from matchmaker.model.pairing import Basis

SURE_LEAST = 0.8


def left_on(roster: Roster, wants: Floats, kinds: Sequence[GoalKind]) -> tuple[Roster, Ints]:
    """The roster without the stated seeks of `kinds`, and the rows of the people who stated them; `wants` `(t, 14)` of texts.

    What is taken for a seek because none was stated stays: it is no goal that somebody has.
    """
    if not kinds:
        return roster, np.empty(0, np.int64)
    of_seek = wants[roster.seeks.text]
    off = np.isin(of_seek.argmax(axis=1), [KINDS.index(kind) for kind in kinds]) & (of_seek.max(axis=1) >= SURE_LEAST)
    off &= np.array([basis is Basis.SEEKS for basis in roster.seeks.basis], np.bool_)
    whose = np.searchsorted(roster.seeks.starts, np.flatnonzero(off), side="right") - 1
    return replace(roster, seeks=_only(roster.seeks, ~off)), np.unique(whose)


def _only(statements: Statements, kept: NDArray[np.bool_]) -> Statements:
    """Some of the statements, `kept` `(m,)`; whose they are stays."""
    return Statements(
        text=statements.text[kept],
        strength=statements.strength[kept],
        basis=[basis for basis, keep in zip(statements.basis, kept.tolist(), strict=True) if keep],
        starts=np.concatenate([[0], np.cumsum(kept)])[statements.starts].astype(np.int64),
    )
