"""A constraint that refuses a row is an error in the subject's words: which one is told where the statement stands."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import asyncpg

from matchmaker.errors import MatchmakerError


@contextmanager
def refused_as(errors: Mapping[str, type[MatchmakerError]]) -> Iterator[None]:
    """Raise the error that the violated constraint stands for. The transaction is spoilt either way."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        known = errors.get(error.constraint_name or "")
        if known is None:
            raise
        raise known from None
