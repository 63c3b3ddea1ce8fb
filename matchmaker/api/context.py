"""What is known of one request on its way: who asks, under which number, and the headers every answer owes."""

import secrets
import uuid
from collections.abc import MutableMapping
from datetime import datetime
from typing import Any, cast

from matchmaker.model.association import ApiKey
from matchmaker.model.ids import AssociationId


class Context:
    """One request. It begins as a number and an hour, and learns the rest at the gate."""

    def __init__(self, at: datetime) -> None:
        self.request_id = str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
        self.at = at
        self.association_id: AssociationId | None = None
        self.key: ApiKey | None = None
        self.headers: dict[str, str] = {}
        self.transaction: Any = None
        self.fingerprint = b""
        self.has_secret = False
        self.head = False
        self.noted: dict[str, str] = {}
        self.failure: Exception | None = None


def begin(scope: MutableMapping[str, Any], at: datetime) -> Context:
    """A new context in `scope`, for a request that came at that hour."""
    state = scope["state"] = dict(scope.get("state") or {})
    state["context"] = Context(at)
    return cast(Context, state["context"])


def context_of(scope: Any) -> Context:
    """The context of the request that `scope` belongs to."""
    return cast(Context, scope["state"]["context"])


def association_of(scope: Any) -> AssociationId:
    """The association whose key was shown; the gate has seen to it that there is one."""
    return cast(AssociationId, context_of(scope).association_id)
