"""Compares every answer with the contract. All tests call the application through here, so all of them test the contract."""

import json
import re
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

PROBLEM = "application/problem+json"
SECURITY = {
    "content-security-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "cache-control",
    "x-request-id",
}
SOMETIMES = {"Link", "Idempotency-Replayed", "Content-Disposition", "Vary", "RateLimit", "RateLimit-Policy"}
OURS = {
    "etag", "location", "link", "retry-after", "ratelimit", "ratelimit-policy", "idempotency-replayed", "x-request-id",
}  # fmt: skip


class Broken(AssertionError):
    """An answer the contract does not allow."""


class Referee:
    """Knows the document, and refuses what is not in it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.seen: set[tuple[str, str, int]] = set()
        self._paths = [(re.compile("^" + re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path) for path in document["paths"]]
        self._validators: dict[str, Draft202012Validator] = {}

    async def __call__(self, response: httpx.Response) -> None:
        """As httpx's response hook."""
        await response.aread()
        self.check(response)

    def check(self, response: httpx.Response) -> None:
        method, path = response.request.method, response.request.url.path
        missing = SECURITY - set(response.headers)
        self._require(not missing, response, f"lacks the headers {sorted(missing)}")
        operations = self._operations(path)
        known = operations.get("get" if method == "HEAD" else method.lower())
        if response.status_code >= 400:
            self._check_problem(response)
        if operations and method == "OPTIONS":
            self._require(
                response.status_code == 204 and "allow" in response.headers, response, "is no answer to OPTIONS"
            )
        elif operations and known is None:
            self._require(response.status_code == 405 and "allow" in response.headers, response, "should be 405")
        elif known is not None:
            self.seen.add((method, known["operationId"], response.status_code))
            self._check_documented(response, known)

    def _operations(self, path: str) -> dict[str, Any]:
        exact = self.document["paths"].get(path)
        if exact is not None:
            return dict(exact)
        return next((dict(self.document["paths"][name]) for pattern, name in self._paths if pattern.match(path)), {})

    def _check_problem(self, response: httpx.Response) -> None:
        self._require(response.headers.get("content-type") == PROBLEM, response, "is no problem")
        if response.request.method == "HEAD":
            return
        self._validate({"$ref": "#/components/schemas/Problem"}, response.json(), response)
        problem = response.json()
        self._require(problem["status"] == response.status_code, response, "differs in status")
        instance = f"urn:uuid:{response.headers['x-request-id']}"
        self._require(problem["instance"] == instance, response, "has another instance than X-Request-Id")

    def _check_documented(self, response: httpx.Response, operation: dict[str, Any]) -> None:
        documented = operation["responses"].get(str(response.status_code))
        self._require(documented is not None, response, f"is no documented status of {operation['operationId']}")
        documented = self._resolved(documented)
        self._check_headers(response, documented)
        content = documented.get("content", {})
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if response.request.method == "HEAD":
            self._require(response.content == b"", response, "has a body")
            return
        if not content:
            self._require(response.content == b"", response, "has a body, and none is documented")
            return
        self._require(media_type in content, response, f"has the undocumented media type {media_type!r}")
        if media_type.endswith("json"):
            self._validate(content[media_type]["schema"], response.json(), response)

    def _check_headers(self, response: httpx.Response, documented: dict[str, Any]) -> None:
        names = {name.lower(): name for name in documented.get("headers", {})}
        for name in OURS & set(response.headers):
            self._require(name in names, response, f"has the undocumented header {name}")
        for name, header in documented.get("headers", {}).items():
            if name.lower() in response.headers:
                schema = self._resolved(header)["schema"]
                value: Any = response.headers[name]
                self._validate(schema, int(value) if schema["type"] == "integer" else value, response)
            else:
                self._require(name in SOMETIMES or name == "Retry-After", response, f"lacks the header {name}")

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in part:
            found: Any = self.document
            for name in part["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            part = found
        return part

    def _validate(self, schema: dict[str, Any], value: Any, response: httpx.Response) -> None:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            whole = {**schema, "components": {"schemas": self.document["components"]["schemas"]}}
            kind = validator_for(whole, default=Draft202012Validator)
            self._validators[key] = kind(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
        errors = [f"{error.json_path}: {error.message[:200]}" for error in self._validators[key].iter_errors(value)]
        self._require(not errors, response, f"does not fit its schema: {errors[:3]}")

    def _require(self, holds: bool, response: httpx.Response, words: str) -> None:
        if not holds:
            request = response.request
            raise Broken(f"{request.method} {request.url.path} → {response.status_code} {words}\n{response.text[:500]}")
