"""The life of a run is a table: nothing leaves an end, and every state can be reached."""

from matchmaker.model.run import TRANSITIONS, RunState


def test_every_state_has_a_row() -> None:
    assert set(TRANSITIONS) == set(RunState)


def test_every_state_is_reached_from_queued() -> None:
    reached: set[RunState] = set()
    begun = [RunState.QUEUED]
    while begun:
        state = begun.pop()
        begun += TRANSITIONS[state] - reached
        reached |= {state} | TRANSITIONS[state]
    assert reached == set(RunState)


def test_ends_are_ends_and_a_released_run_is_only_ever_superseded() -> None:
    ends = {state for state, after in TRANSITIONS.items() if not after}
    assert ends == {RunState.FAILED, RunState.CANCELLED, RunState.SUPERSEDED}
    assert TRANSITIONS[RunState.RELEASED] == {RunState.SUPERSEDED}


def test_a_run_that_lost_its_worker_runs_again() -> None:
    assert RunState.RUNNING in TRANSITIONS[RunState.RUNNING]
