"""The committed document is the served one, and says all a client needs."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar

from matchmaker.api import contract
from matchmaker.api.problem_kinds import KINDS
from matchmaker.app import create_app
from matchmaker.settings import Settings


@pytest.fixture
def document(tmp_path: Path) -> bytes:
    """As `matchmaker openapi` writes it: with default settings, whatever is set here."""
    return bytes(create_app(Settings(data=tmp_path)).state.openapi)


def test_the_committed_document_is_the_generated_one(document: bytes, root: Path) -> None:
    assert (root / "openapi" / "openapi.json").read_bytes() == document


def test_the_document_is_the_same_at_every_call(application: Litestar) -> None:
    assert contract.encoded(application) == application.state.openapi


async def test_the_served_document_is_the_generated_one(anonymous: httpx.AsyncClient, app: Litestar) -> None:
    assert (await anonymous.get("/v1/openapi.json")).content == app.state.openapi


def test_every_operation_says_what_a_client_needs(document: bytes) -> None:
    for path, operations in json.loads(document)["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            verb, _, noun = operation["operationId"].partition("_")
            assert verb.isalpha(), where
            assert noun, where
            assert operation["summary"], where
            assert operation["description"].endswith("."), where
            assert len(operation["tags"]) == 1, where
            assert {"400", "500"} <= set(operation["responses"]), where


def test_every_body_and_success_has_an_example(document: bytes) -> None:
    for path, operations in json.loads(document)["paths"].items():
        for method, operation in operations.items():
            bodies = [operation["requestBody"]] if "requestBody" in operation else []
            bodies += [reply for status, reply in operation["responses"].items() if status.startswith("2")]
            for body in bodies:
                for media_type, content in body.get("content", {}).items():
                    assert "example" in content, f"{method} {path} {media_type}"


def test_every_string_number_and_list_is_bounded(document: bytes) -> None:
    unbounded = [where for where, schema in _schemas(json.loads(document), "#") if not _is_bounded(schema)]
    assert unbounded == []


async def test_every_kind_of_problem_has_a_page(anonymous: httpx.AsyncClient) -> None:
    index = (await anonymous.get("/problems")).text
    for kind in KINDS.values():
        page = await anonymous.get(f"/problems/{kind.slug}")
        assert page.status_code == 200
        assert f"/problems/{kind.slug}" in index
    assert (await anonymous.get("/problems/no-such-kind")).status_code == 404


def _schemas(part: Any, where: str) -> Any:
    """Every schema of a type in the document; examples are none."""
    if isinstance(part, dict):
        if isinstance(part.get("type"), str) and "in" not in part and "scheme" not in part:
            yield where, part
        for name, inner in part.items():
            if name not in ("example", "examples", "default"):
                yield from _schemas(inner, f"{where}/{name}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from _schemas(inner, f"{where}/{number}")


def _is_bounded(schema: dict[str, Any]) -> bool:
    match schema["type"]:
        case "string":
            return "enum" in schema or "maxLength" in schema
        case "integer":
            return {"minimum", "maximum", "format"} <= set(schema)
        case "array":
            return "maxItems" in schema
        case "object":
            return "properties" not in schema or schema.get("additionalProperties") is False
    return True


@pytest.mark.node
@pytest.mark.parametrize("linter", ["spectral", "redocly"])
def test_linters_find_nothing(root: Path, linter: str) -> None:
    if shutil.which(linter) is None:
        pytest.skip(f"needs {linter}, which .ci/run installs")
    command = {
        "spectral": ["spectral", "lint", "-F", "hint", "-r", ".ci/spectral.yaml"],
        "redocly": ["redocly", "lint", "--config", ".ci/redocly.yaml"],
    }[linter]
    done = subprocess.run([*command, "openapi/openapi.json"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
