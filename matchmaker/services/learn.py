"""Learn from answers."""

from matchmaker.errors import Invalid
from matchmaker.model.learning import DecisionFile, Foretold

DEPTHS_SHOWN = (0, 2, 4)


class TooFewAnswers(Invalid):
    """The answers cannot teach anything yet."""

    cure = "It takes answers of two events at least, with both yes and no among them."


def evaluate(file: DecisionFile, *, seed: int) -> list[Foretold]:
    """How well the answers of a file are foretold by the very code that learns from feedback. Raises `TooFewAnswers`."""
    from matchmaker.matching.trial import answers_of, trial_with

    found = trial_with(answers_of(file), DEPTHS_SHOWN, seed=seed)
    if not found:
        raise TooFewAnswers
    return found
