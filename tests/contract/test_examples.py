"""Each example is sent as documented, and answered as documented: first the words, then the schema.

`RECORD_EXAMPLES=1 pytest tests/contract/test_examples.py` writes them anew, to be read as a diff.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar

from matchmaker import tokens
from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from tests.api.conftest import BASE_URL, clock
from tests.api.world import BODIES, Operation, call, operations, seed

VERSIONED = (
    *("replace_event", "replace_programme", "replace_attendee", "replace_mapping"),
    *("delete_event", "delete_attendee", "delete_mapping"),
)
TAKE_OTHERS_ALONG = ("delete_attendee", "delete_event")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")  # the clock's; an hour that was given has no fraction
KEY = re.compile(r"mm_live_[0-9A-Za-z]{30}_[0-9A-Za-z]{38}")
CODE = re.compile(r"/join/[0-9A-Za-z]{44}")
BADGE = re.compile(r"\b[0-9A-F]{20}\b")
SHOWN_BADGE = "0123456789ABCDEF0123"
SHOWN_CODE = "/join/000000000000000Example00000000000000000Event"
SHOWN_KEY = "mm_live_7n42DGM5Tflk9n8mt7Fhc7Example0_NoKeyAtAllButThisIsHowOneLooks00000000"


async def test_every_example_is_answered_as_documented(
    app: Litestar, connect: Any, make_key: Any, pool: Pool, association_id: AssociationId, root: Path
) -> None:
    ids = await seed(pool, association_id)
    async with connect(await make_key(label="Registration desk")) as client:
        for operation in sorted(operations(app), key=_order):
            signed = _signed(app, association_id) if operation.id == "create_comeback" else {}
            await _check(client, operation, ids, root / "openapi" / "examples", signed)


async def _check(
    client: httpx.AsyncClient, operation: Operation, ids: dict[str, str], folder: Path, signed: dict[str, str]
) -> None:
    version = await _version(client, operation.path.format(**ids)) if operation.id in VERSIONED else '"1"'
    answer = await call(client, operation, ids, **{"If-Match": version}, **signed)
    assert answer.status_code < 300, (operation.id, answer.text)
    example: dict[str, Any] = {}
    if operation.id in BODIES:
        example["request"] = json.loads(_plain(json.dumps(json.loads(answer.request.content)), ids))
    if answer.headers.get("content-type", "").startswith("application/json"):
        example["response"] = json.loads(_plain(answer.text, ids))
    file = folder / f"{operation.id}.json"
    text = json.dumps(example, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("RECORD_EXAMPLES") and example:
        file.write_text(text)
    if operation.id == "create_run":
        ids["run_id"] = answer.json()["id"]
    if example:
        assert file.read_text() == text, operation.id


def _signed(app: Litestar, association_id: AssociationId) -> dict[str, str]:
    """The headers of a report of what came back, instead of a key."""
    seconds, secret = int(clock().timestamp()), tokens.comeback_secret(app.state.secret(), association_id)
    body = httpx.Request("POST", BASE_URL, json=BODIES["create_comeback"]).content
    signature = f"t={seconds},v1={tokens.signature_of(secret, seconds, body)}"
    return {"Matchmaker-Association": association_id, "Matchmaker-Signature": signature}


async def _version(client: httpx.AsyncClient, path: str) -> str:
    return str((await client.get(path)).headers["etag"])


def _order(operation: Operation) -> tuple[bool, bool, bool, int, str]:
    """Reading first, then making, changing and deleting, what takes others along last: each finds what it needs."""
    deletes = operation.method == "DELETE"
    makes = operation.id.startswith("create_")
    takes_along = TAKE_OTHERS_ALONG.index(operation.id) + 1 if operation.id in TAKE_OTHERS_ALONG else 0
    return operation.method != "GET", deletes, not makes, takes_along, operation.id


def _plain(text: str, ids: dict[str, str]) -> str:
    """Without what differs at every run: ids by their names, then in order; one hour; no key that could be one."""
    order = [*ids.values()]
    numbers = {one: f"00000000-0000-4000-8000-{number:012d}" for number, one in enumerate(order, start=1)}
    text = ID.sub(lambda found: numbers.setdefault(found[0], f"00000000-0000-4000-8000-{99:012d}"), text)
    text = BADGE.sub(SHOWN_BADGE, CODE.sub(SHOWN_CODE, text))
    text = KEY.sub(SHOWN_KEY, TIME.sub("2026-11-23T12:00:00Z", text))
    return re.sub(r'"last_four": ?"\w{4}"', '"last_four":"0000"', text)
