"""The OpenAPI document, made from the handlers themselves: a route, its types and its docstring, and nothing by hand twice."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
from litestar import Litestar
from litestar import Response as LitestarResponse
from litestar.enums import ParamType
from litestar.handlers import HTTPRouteHandler
from litestar.params import BodyKwarg, HeaderParameter, PathParameter, QueryParameter
from litestar.routes import HTTPRoute

from matchmaker.api.contract_problems import problem_responses
from matchmaker.api.contract_schemas import Schema, schema_of, schemas
from matchmaker.api.contract_words import EVENT, EVENT_EXAMPLE, HEADERS, INFO, SECURITY, SERVERS, SIGNED, TAGS
from matchmaker.api.idempotency import KEY_PATTERN
from matchmaker.api.problems import Problem

EXAMPLES = Path(__file__).parents[2] / "openapi" / "examples"
JSON_TYPE = "application/json"
EVENT_STREAM = "text/event-stream"
BINARY = ("application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
ORDER = ("GET", "POST", "PUT", "PATCH", "DELETE")
REQUIRED = ("If-Match",)
IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name of your choice for this request. Sent again with the same key within 24 hours, it is answered as "
    "the first time and done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 257, "pattern": KEY_PATTERN},
    "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
}


def document(app: Litestar) -> dict[str, Any]:
    """The whole document of `app`, the same at every call."""
    operations = list(_operations(app))
    types = [
        one for _, _, handler in operations for one in (_body_type(handler), _reply_type(handler)) if one is not None
    ]
    found, components = schemas([Problem, *types])
    paths: dict[str, Any] = {}
    for path, method, handler in operations:
        paths.setdefault(path, {})[method.lower()] = _operation(path, method, handler, found)
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": SERVERS,
        "tags": TAGS,
        "security": [{"apiKey": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "headers": HEADERS,
            "responses": problem_responses(app.state.settings.base_url),
            "securitySchemes": SECURITY,
        },
    }


def encoded(app: Litestar) -> bytes:
    """The document as it is committed and served."""
    return (json.dumps(document(app), indent=2, ensure_ascii=False) + "\n").encode()


def _operations(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    routes = sorted((route for route in app.routes if isinstance(route, HTTPRoute)), key=lambda route: route.path)
    for route in routes:
        handlers = {str(next(iter(handler.http_methods))): handler for handler in route.route_handlers}
        for method in ORDER:
            if method in handlers and handlers[method].resolve_include_in_schema():
                yield route.path.replace(":str", ""), method, handlers[method]


def _operation(path: str, method: str, handler: HTTPRouteHandler, found: Mapping[Any, Schema]) -> Schema:
    public = bool(handler.opt.get("public"))
    example = _example(str(handler.operation_id))
    operation: Schema = {
        "operationId": handler.operation_id,
        "tags": list(handler.resolve_tags() if hasattr(handler, "resolve_tags") else handler.tags or []),
        "summary": handler.summary,
        "description": _description(handler),
    }
    if public:
        operation["security"] = SIGNED if handler.opt.get("signed") else []
    if parameters := [
        *_parameters(handler, path, example),
        *([IDEMPOTENCY_KEY] if method == "POST" and not public else []),
    ]:
        operation["parameters"] = parameters
    if body := _request_body(handler, found, example):
        operation["requestBody"] = body
    operation["responses"] = _success(handler, found, example) | _problems(handler, path, method, public)
    return operation


def _description(handler: HTTPRouteHandler) -> str:
    words = " ".join((handler.fn.__doc__ or "").split())
    scope = handler.opt.get("scope")
    return words if scope is None else f"{words} Needs the scope `{scope.value}`."


def _parameters(handler: HTTPRouteHandler, path: str, example: Schema) -> Iterator[Schema]:
    for name, field in handler.parsed_fn_signature.parameters.items():
        definition = field.kwarg_definition
        if not isinstance(definition, (PathParameter, QueryParameter, HeaderParameter)):
            continue
        schema = schema_of(field.raw)
        description = schema.pop("description", None) or PATH_WORDS.get(name)
        if isinstance(schema.get("anyOf"), list):
            inner = next(one for one in schema["anyOf"] if one != {"type": "null"})
            own = inner.pop("description", None)
            description, schema = description or own, inner
        if field.has_default and field.default is not None:
            schema["default"] = msgspec.to_builtins(field.default)
        called = definition.name or name
        yield {
            "name": called,
            "in": definition.param_type.value,
            "required": definition.param_type == ParamType.PATH or called in REQUIRED or not field.has_default,
            **({"description": description} if description else {}),
            "schema": schema,
            "example": example.get("parameters", {}).get(called, _shown(called, schema)),
        }


def _shown(name: str, schema: Schema) -> Any:
    """An example of a parameter that the operation's own example leaves out."""
    if schema.get("format") == "uuid":
        return "3f0c8a52-6f0e-4d39-8d3c-0a6f0a3c5c11"
    if schema.get("type") == "boolean":
        return schema.get("default", True)
    return schema.get("default", schema.get("enum", [EXAMPLE_VALUES.get(name, schema.get("minimum", "text"))])[0])


def _request_body(handler: HTTPRouteHandler, found: Mapping[Any, Schema], example: Schema) -> Schema | None:
    kind = _body_type(handler)
    if kind is None:
        return None
    content = {JSON_TYPE: {"schema": found[kind], "example": example.get("request", {})}}
    if handler.opt.get("takes_files_only"):
        content = {}
    for media_type, words in handler.opt.get("also_takes", {}).items():
        content[media_type] = {
            "schema": {"type": "string", "maxLength": 10_000_000, "pattern": "^[\\s\\S]*$"},
            "example": words,
        }
    return {
        "required": True,
        "description": _body_words(kind) if JSON_TYPE in content else "A file.",
        "content": content,
    }


def _success(handler: HTTPRouteHandler, found: Mapping[Any, Schema], example: Schema) -> Schema:
    headers = _headers(handler)
    reply: Schema = {"description": handler.response_description or "Done.", "headers": headers}
    kind = _reply_type(handler)
    content: Schema = {}
    for media_type in handler.opt.get("produces", (JSON_TYPE,)):
        if media_type == EVENT_STREAM:
            content[media_type] = {"schema": EVENT, "example": EVENT_EXAMPLE}
        elif media_type in BINARY:
            bytes_ = {"type": "string", "format": "binary", "maxLength": 100_000_000}
            content[media_type] = {"schema": bytes_, "example": handler.opt["shown"][media_type]}
        elif media_type != JSON_TYPE:
            text = {"type": "string", "maxLength": 100_000_000, "pattern": "^[\\s\\S]*$"}
            content[media_type] = {"schema": text, "example": handler.opt["shown"][media_type]}
        elif kind is not None:
            content[media_type] = {"schema": found[kind], "example": example.get("response", {})}
    if content:
        reply["content"] = content
    answers = {str(handler.status_code): reply}
    if "if_none_match" in handler.parsed_fn_signature.parameters:
        answers["304"] = {"description": "You have this version already.", "headers": headers}
    for status, words in handler.opt.get("also_answers", {}).items():
        answers[str(status)] = {"description": words, "headers": _headers(handler)}
    return dict(sorted(answers.items()))


def _headers(handler: HTTPRouteHandler) -> Schema:
    names = ["X-Request-Id"] if handler.opt.get("public") else ["X-Request-Id", "RateLimit", "RateLimit-Policy"]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in [*names, *handler.opt.get("gives", ())]}


def _problems(handler: HTTPRouteHandler, path: str, method: str, public: bool) -> Schema:
    signature = handler.parsed_fn_signature.parameters
    statuses = {400, 406, 500, *handler.opt.get("problems", ())}
    if not public:
        statuses |= {401, 403, 429, 503}
    if "{" in path:
        statuses.add(404)
    if _body_type(handler) is not None:
        statuses |= {413, 415, 422}
    if "if_match" in signature:
        statuses |= {412, 428}
    if method == "POST":
        statuses |= {409, 422}
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(statuses)}


def _body_type(handler: HTTPRouteHandler) -> Any:
    if "takes" in handler.opt:
        return handler.opt["takes"]()  # a function, since Litestar copies what handlers carry, and types do not copy
    field = handler.parsed_fn_signature.parameters.get("data")
    if field is None or not isinstance(field.kwarg_definition, BodyKwarg):
        return None
    return field.annotation


def _reply_type(handler: HTTPRouteHandler) -> Any:
    """What a handler gives as JSON: the annotation of its return, out of `Response` and without `None`."""
    kind = handler.opt.get("replies", handler.parsed_fn_signature.return_type.raw)
    if get_origin(kind) is LitestarResponse:
        kind = get_args(kind)[0]
    kinds = [one for one in (get_args(kind) if type(None) in get_args(kind) else (kind,)) if one is not type(None)]
    return kinds[0] if kinds and kinds[0] not in (bytes, str, None) and _is_noun(kinds[0]) else None


def _is_noun(kind: Any) -> bool:
    return isinstance(getattr(kind, "__origin__", kind), type) and issubclass(
        getattr(kind, "__origin__", kind), msgspec.Struct
    )


def _body_words(kind: Any) -> str:
    inner = get_args(kind)[0] if get_args(kind) else kind
    return " ".join((getattr(inner, "__doc__", None) or "The body.").split("\n\n")[0].split())


def _example(operation_id: str) -> Schema:
    file = EXAMPLES / f"{operation_id}.json"
    return json.loads(file.read_text()) if file.exists() else {}


PATH_WORDS = {
    "code": "The event's, as in the address of its sign-up page.",
    "event_id": "The event.",
    "attendee_id": "The attendee.",
    "import_id": "The import.",
    "exclusion_id": "The exclusion.",
    "acquaintance_id": "The acquaintance.",
    "wish_id": "The wish.",
    "decision_id": "The decision.",
    "encounter_id": "The encounter.",
    "feedback_id": "The feedback.",
    "run_id": "The match run.",
    "weights_id": "The version.",
    "key_id": "The key.",
}
EXAMPLE_VALUES = {
    "code": "000000000000000Example00000000000000000Event",
    "If-Match": '"1"',
    "If-None-Match": '"1"',
    "Last-Event-ID": "3",
    "Prefer": "wait=10",
    "map": "Full name=name,Can help with=offers",
    "organisation": "Example Ltd",
    "group": "mentors",
    "name_prefix": "Ada",
    "cursor": "PiYBW6vL0uTn3u0cUgJpV1siMjAyNi0xMS0wMVQwOTowMDowMFoiXQ",
    "mutual_value_least": 40,
}
