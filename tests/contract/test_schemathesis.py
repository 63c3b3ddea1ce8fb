"""A thousand requests that the contract allows, or just does not, over real HTTP: no answer is a 500 or undocumented."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from litestar import Litestar

from matchmaker.api.import_bodies import XLSX_TYPE
from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from tests.api.world import seed

SEED = "20261123"
# What only the server can know to be right is tested with the right values in test_paging, test_idempotency, test_imports.
LEFT_OUT = {"cursor", "map", "Idempotency-Key"}
UNWRITTEN = (XLSX_TYPE, "message/rfc822")  # the generator cannot write them; test_mappings and test_comebacks send them
SURROGATES = "\\ud800-\\udfff"
CONFIG = """
[parameters]
{parameters}

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", 403, 404, 409, 412, 422] # 403 of an event that was made private on the way

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 412, 413, 415, 422, 428]

[checks.missing_required_header]
expected-statuses = [401, 403, 406, 428] # 403 where a signature is missing, which stands for a key
"""


@pytest.mark.parametrize(("examples", "least"), [(3, 1_000), pytest.param(400, 10_000, marks=pytest.mark.full)])
async def test_no_request_gets_an_answer_the_contract_does_not_allow(
    app: Litestar, make_key: Any, pool: Pool, association_id: AssociationId, tmp_path: Path, examples: int, least: int
) -> None:
    ids = await seed(pool, association_id)
    (tmp_path / "openapi.json").write_text(json.dumps(_without(json.loads(app.state.openapi))))
    (tmp_path / "schemathesis.toml").write_text(_config(ids))
    key = await make_key()
    async with served(app) as url:
        await _warm(url, key, ids)
        command = (
            *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", "schemathesis.toml"),
            *("run", "openapi.json", "--url", url, "-H", f"Authorization: Bearer {key}"),
            *("--max-examples", str(examples), "--seed", SEED, "--generation-database", "none"),
            *("--checks", "all", "--phases", "examples,coverage,fuzzing", "--no-color"),
        )
        process = await asyncio.create_subprocess_exec(
            *command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await process.communicate()
    text = said.decode()
    print(text[-1_500:])
    generated = re.search(r"(\d+) generated", text)
    assert process.returncode == 0, text
    assert generated is not None
    assert int(generated[1]) >= least


@asynccontextmanager
async def served(app: Litestar) -> AsyncIterator[str]:
    """The application on a port of this machine."""
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, proxy_headers=False, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


async def _warm(url: str, key: str, ids: dict[str, str]) -> None:
    """Ask the first question, which waits for the calculating child longer than the generator would."""
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        answer = await client.get("/v1/events/{event_id}/runs/{run_id}/relaxations".format(**ids))
    assert answer.status_code == 200


def _config(ids: dict[str, str]) -> str:
    known = {f"path.{name}": one for name, one in ids.items() if name not in ("second_id", "third_id", "other_id")}
    known |= {"query.with": ids["other_id"], "query.first": ids["attendee_id"], "query.second": ids["second_id"]}
    return CONFIG.format(parameters="\n".join(f'"{name}" = "{one}"' for name, one in known.items()))


def _without(document: dict[str, Any]) -> dict[str, Any]:
    """The document less what generation cannot know; lone surrogates cannot be sent in UTF-8 anyway."""
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["parameters"] = [one for one in operation.get("parameters", []) if one["name"] not in LEFT_OUT]
            for media_type in UNWRITTEN:
                operation.get("requestBody", {}).get("content", {}).pop(media_type, None)
    text = json.dumps(document)
    return dict(json.loads(text.replace(json.dumps(SURROGATES)[1:-1], "")))
