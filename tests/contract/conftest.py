"""The contract is tested with the clients of the API's own tests."""

from tests.api.conftest import (
    anonymous,
    app,
    application,
    client,
    connect,
    event,
    make_key,
    referee,
    root,
    settings,
    stranger,
)

__all__ = [
    "anonymous",
    "app",
    "application",
    "client",
    "connect",
    "event",
    "make_key",
    "referee",
    "root",
    "settings",
    "stranger",
]
