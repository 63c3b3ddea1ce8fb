"""Who may do what, for every operation there is: the table is made from the handlers, so a new one is in it at once."""

import re
import uuid
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from matchmaker.model.association import Scope
from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from matchmaker.web.organiser.gate import admit
from tests.api.conftest import clock
from tests.api.world import Operation, call, operations, seed

PUBLIC = {"/livez", "/readyz", "/docs", "/docs/{name}", "/v1/openapi.json", "/problems", "/problems/{slug}"}
PUBLIC |= {"/v1/comebacks"}  # whoever reports shows a signature instead of a key
PUBLIC |= {"/v1/doors/{code}/sign-ups"}  # a page of the association asks for whoever signs up
PAGES = {
    *("/static/{name}", "/i/{token}", "/x/{token}", "/v/{token}", "/m/{token}", "/a/{token}", "/c/{token}"),
    *("/me", "/me/introductions/{introduction_id}", "/me/pause", "/me/data.json", "/me/afterwards"),
    *(f"/join/{{code}}{more}" for more in ("", "/sent", "/link", "/code.svg")),
    *(f"/mailbox{more}" for more in ("", "/{name}", "/{name}/html", "/{name}/{number}")),
}


def test_every_handler_has_a_scope_or_is_on_the_public_list(application: Litestar) -> None:
    for route in application.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else []:
            # An organiser's page is behind a gate of its own (tests/web/test_organiser.py).
            if "OPTIONS" not in handler.http_methods and admit not in handler.resolve_guards():
                public = bool(handler.opt.get("public"))
                assert public == (route.path_format in PUBLIC | PAGES), route.path_format
                assert bool(handler.opt.get("page")) == (route.path_format in PAGES), route.path_format
                assert public != isinstance(handler.opt.get("scope"), Scope), route.path_format


async def test_no_key_or_a_wrong_one_opens_nothing(
    app: Litestar, client: httpx.AsyncClient, anonymous: httpx.AsyncClient, pool: Pool, association_id: AssociationId
) -> None:
    ids = await seed(pool, association_id)
    good = client.headers["authorization"]
    wrong = (
        None,
        "Bearer mm_live_nonsense",
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        good[:-7] + "0000000",
        good.replace("Bearer", "Basic"),
        f"{good}, {good}",
    )
    for operation in _guarded(app):
        for header in wrong:
            headers = {} if header is None else {"Authorization": header}
            answer = await call(anonymous, operation, ids, **headers)
            assert answer.status_code == 401, (operation.id, header)
            assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_revoked_or_expired_key_opens_nothing(
    app: Litestar, client: httpx.AsyncClient, connect: Any, make_key: Any, pool: Pool, association_id: AssociationId
) -> None:
    ids = await seed(pool, association_id)
    soon = clock() + timedelta(seconds=0.2)
    async with connect(await make_key(expires_at=soon)) as expired, connect(await make_key(label="old")) as revoked:
        mine = (await client.get("/v1/keys")).json()["items"]
        old = next(one["id"] for one in mine if one["label"] == "old")
        assert (await revoked.get("/v1/events")).status_code == 200
        assert (await client.delete(f"/v1/keys/{old}")).status_code == 204
        while clock() <= soon:
            pass
        for operation in _guarded(app):
            assert (await call(revoked, operation, ids)).status_code == 401
            assert (await call(expired, operation, ids)).status_code == 401


async def test_without_its_scope_an_operation_is_forbidden(
    app: Litestar, connect: Any, make_key: Any, pool: Pool, association_id: AssociationId
) -> None:
    ids = await seed(pool, association_id)
    for scope in Scope:
        async with connect(await make_key(without=scope)) as lacking:
            for operation in _guarded(app):
                if operation.scope == scope.value:
                    answer = await call(lacking, operation, ids)
                    assert answer.status_code == 403, operation.id
                    assert scope.value in answer.json()["detail"]


async def test_anothers_id_answers_as_an_unknown_one(
    app: Litestar,
    client: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    pool: Pool,
    association_id: AssociationId,
) -> None:
    ids = await seed(pool, association_id)
    unknown = {name: str(uuid.uuid4()) for name in ids}
    for operation in _guarded(app):
        for name in re.findall(r"\{(\w+_id)\}", operation.path):  # a letter and a language are everybody's
            foreign = await call(stranger, operation, ids)
            both = {name, f"tables_{name}"} & ids.keys()  # of a run of tables, which some operations are about
            absent = await call(client, operation, ids | dict.fromkeys(both, unknown[name]))
            nonsense = await call(client, operation, ids | dict.fromkeys(both, "nonsense"))
            assert foreign.status_code == 404, operation.id
            assert _bare(foreign) == _bare(absent) == _bare(nonsense), (operation.id, name)


async def test_a_key_of_another_event_finds_nothing(
    app: Litestar, connect: Any, make_key: Any, pool: Pool, association_id: AssociationId
) -> None:
    ids, others = await seed(pool, association_id), await seed(pool, association_id)
    async with connect(await make_key(event_id=others["event_id"])) as bound:
        for operation in _guarded(app):
            expected = 403 if operation.whole_association else 404
            if operation.takes_event or operation.whole_association:
                assert (await call(bound, operation, ids)).status_code == expected, operation.id


async def test_a_key_makes_no_key_that_may_more(connect: Any, make_key: Any) -> None:
    async with connect(await make_key(without=Scope.RUNS_WRITE)) as lesser:
        asked = {"label": "More", "scopes": ["runs:write"]}
        assert (await lesser.post("/v1/keys", json=asked)).status_code == 403


@pytest.mark.parametrize(
    ("expires_at", "status"),
    [
        ("2030-01-01T00:00:00", 400),
        ("2000-01-01T00:00:00Z", 422),
        ("0001-01-01T00:00:00+23:59", 422),
        ("9999-12-31T23:59:59-23:59", 422),
        ("2030-01-01T00:00:00+02:00", 201),
        ("soon", 400),
    ],
)
async def test_a_key_expires_at_an_hour_that_can_be(client: httpx.AsyncClient, expires_at: str, status: int) -> None:
    asked = {"label": "Fair", "scopes": ["events:read"], "expires_at": expires_at}
    assert (await client.post("/v1/keys", json=asked)).status_code == status
    assert (await client.get("/v1/keys")).status_code == 200


@pytest.mark.parametrize("query", ["key=x", "api_key=x", "limit=mm_live_abc", "access_token=x"])
async def test_a_key_in_the_address_is_refused(anonymous: httpx.AsyncClient, query: str) -> None:
    assert (await anonymous.get(f"/v1/events?{query}")).status_code == 400


async def test_cookies_open_nothing(anonymous: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    cookie = f"authorization={client.headers['authorization']}"
    assert (await anonymous.get("/v1/events", headers={"Cookie": cookie})).status_code == 401


def _guarded(app: Litestar) -> list[Operation]:
    return [one for one in operations(app) if one.scope is not None]


def _bare(response: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """An answer without what differs between any two."""
    number = response.headers["x-request-id"]
    kept = {name: value for name, value in response.headers.items() if name not in ("x-request-id", "ratelimit")}
    return response.status_code, kept, response.content.replace(number.encode(), b"")
