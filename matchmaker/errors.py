"""The four families of errors. An error says what happened in the subject's words; its docstring is the title.

The API learns the HTTP status of a family in one place (`api/problems.py`), the command line its exit code.
"""


class MatchmakerError(Exception):
    """Something went wrong."""

    cure: str | None = None

    def __init__(self, detail: str = "", *, cure: str | None = None) -> None:
        super().__init__(detail or (self.__doc__ or "").strip().splitlines()[0])
        self.cure = cure if cure is not None else self.cure

    @property
    def detail(self) -> str:
        return str(self.args[0])


class NotFound(MatchmakerError):
    """There is nothing here by that name."""


class Forbidden(MatchmakerError):
    """This key may not do that."""


class Conflict(MatchmakerError):
    """That does not fit the present state."""


class Invalid(MatchmakerError):
    """The input cannot be used as it is."""


class FieldError(MatchmakerError):
    """One bad field: where it stands, a stable code, and what to do."""

    def __init__(self, pointer: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer
        self.code = code


class InvalidFields(Invalid):
    """Some fields cannot be used as they are."""

    def __init__(self, fields: list[FieldError], detail: str = "") -> None:
        super().__init__(detail)
        self.fields = fields


class Unavailable(MatchmakerError):
    """A part this needs does not answer at the moment."""
