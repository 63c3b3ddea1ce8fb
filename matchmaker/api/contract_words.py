"""The words of the OpenAPI document that belong to no single operation."""

from typing import Any

INFO: dict[str, Any] = {
    "title": "Matchmaker",
    "version": "1.0.0",
    "summary": "Who should meet whom at your event, and why.",
    "description": (
        "Matchmaker proposes to the people of an event whom to meet: each pairing is worth something to both sides, and comes "
        "with reasons in their own words.\n\n"
        "**Keys.** Send `Authorization: Bearer mm_live_…`. A key has scopes, and may be restricted to one event.\n\n"
        "**Errors.** Every error is `application/problem+json` (RFC 9457); its `type` leads to a page with cause and cure, and "
        "`errors` lists all bad fields at once.\n\n"
        "**Retries.** Any request may be sent again. Give a POST an `Idempotency-Key`, and it takes effect once.\n\n"
        "**Changes.** Send the `ETag` you read as `If-Match`: nobody undoes a change they have not seen.\n\n"
        "**Lists** come in pages: follow `next` until it is null.\n\n"
        "**Limits.** `RateLimit` says what is left; after 429 wait as long as `Retry-After` says."
    ),
    "license": {"name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
    "contact": {"name": "Whoever runs this server", "url": "https://matchmaker.example.org"},
}
SERVERS: list[dict[str, Any]] = [
    {"url": "/", "description": "This server, production or staging, wherever you run it.", "x-internal": False}
]
TAGS: list[dict[str, str]] = [
    {"name": "events", "description": "Events: when, about what, and by which policy people are matched."},
    {"name": "programme", "description": "The slots and tables of an event."},
    {"name": "attendees", "description": "The people of an event, in their own words."},
    {"name": "check-ins", "description": "Who is here and who is not coming, for the desk on the day."},
    {"name": "door", "description": "The public sign-up page of an event, and who came in by it."},
    {
        "name": "imports",
        "description": "Many attendees at once, from files or JSON, and the mappings that say what columns are.",
    },
    {"name": "exclusions", "description": "Who is not to meet. Never shown to the other side."},
    {"name": "acquaintances", "description": "Who already knows whom."},
    {
        "name": "wishes",
        "description": "Who would like to meet whom, or would rather not. Never shown to the other side.",
    },
    {"name": "decisions", "description": "Pairs that you pin or reject, whatever a run finds."},
    {"name": "encounters", "description": "The memory: who has met, or sat together, at which event."},
    {"name": "feedback", "description": "What attendees made of each other. Never shown to the other side."},
    {
        "name": "runs",
        "description": "Match runs: asked for, carried out in the background, followed, cancelled, compared, released.",
    },
    {"name": "pairings", "description": "What a run proposes: ranked pairings, and who is left without and why."},
    {
        "name": "completeness",
        "description": "Who has said what they seek and offer, and the one reminder to who has not.",
    },
    {
        "name": "coverage",
        "description": "What is sought against what is offered: of an event, of one attendee's introductions.",
    },
    {
        "name": "groups",
        "description": "What a run proposes beyond pairs: tables, sets, circles, byes, routed asks; actions of sets.",
    },
    {
        "name": "introductions",
        "description": "Pairings of a released run, offered to both: answered, introduced, met, with what each promised.",
    },
    {"name": "exports", "description": "Files to work on, to print and to hand out: CSV, XLSX, PDF, calendar."},
    {"name": "fairness", "description": "How a run treats groups of people, and what matching adds over chance."},
    {
        "name": "quality",
        "description": "What came of it: answers, meetings, ratings over time, and the network of people.",
    },
    {"name": "weights", "description": "What was learned from feedback, a version each time, and which one runs use."},
    {
        "name": "messages",
        "description": "Letters to attendees: what waits, what was sent, refused or dropped, and what is uncertain.",
    },
    {"name": "notes", "description": "Letters in your own words to some of an event's people."},
    {"name": "keys", "description": "API keys: made, listed, revoked."},
    {"name": "health", "description": "Whether this server is alive and ready."},
]
SECURITY: dict[str, Any] = {
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "mm_live",
        "description": "An API key, in the header only: `Authorization: Bearer mm_live_…`.",
    },
    "comebackAssociation": {
        "type": "apiKey",
        "in": "header",
        "name": "Matchmaker-Association",
        "description": "The id of the association whose letter came back.",
    },
    "comebackSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "Matchmaker-Signature",
        "description": "`t=SECONDS,v1=HEX`: the HMAC-SHA256 of `SECONDS.` and the very bytes of the body, with the secret that "
        "`matchmaker association comeback-secret` prints; SECONDS since 1970, no more than five minutes off.",
    },
}
SIGNED: list[dict[str, list[str]]] = [{"comebackAssociation": [], "comebackSignature": []}]


EVENT: dict[str, Any] = {
    "type": "object",
    "description": "One event of the stream; `data` is a JSON text with number, state, stage, progress and created_at.",
    "properties": {
        "id": {"type": "string", "maxLength": 9, "pattern": "^[0-9]+$"},
        "event": {"type": "string", "enum": ["progress", "finished"]},
        "data": {"type": "string", "maxLength": 1_000, "pattern": "^\\{.*\\}$", "contentMediaType": "application/json"},
    },
    "additionalProperties": False,
}
EVENT_EXAMPLE = {
    "id": "3",
    "event": "progress",
    "data": '{"number":3,"state":"running","stage":"directed","progress":0.4,"created_at":"2026-11-23T12:00:00Z"}',
}


def _header(words: str, example: str | int, *, pattern: str | None = None, length: int = 200) -> dict[str, Any]:
    if isinstance(example, int):
        schema: dict[str, Any] = {"type": "integer", "format": "int32", "minimum": 0, "maximum": 86_400}
    else:
        schema = {"type": "string", "maxLength": length, "pattern": pattern or "^[\\x20-\\x7e]*$"}
    return {"description": words, "schema": schema, "example": example}


HEADERS: dict[str, Any] = {
    "X-Request-Id": _header(
        "The number of this request, as in the log.",
        "0b0e7a52-5b0e-4c39-9d3c-0a6f0a3c5c11",
        pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        length=36,
    ),
    "RateLimit-Policy": _header(
        "The limit: `q` requests in `w` seconds.", '"default";q=600;w=60', pattern='^"[a-z]+";q=[0-9]+;w=[0-9]+$'
    ),
    "RateLimit": _header(
        "What is left of it: `r` requests for the next `t` seconds.",
        '"default";r=598;t=42',
        pattern='^"[a-z]+";r=[0-9]+;t=[0-9]+$',
    ),
    "Retry-After": _header("Seconds to wait before asking again.", 2),
    "ETag": _header("The version, to be sent as If-Match.", '"1"', pattern='^"[0-9]{1,10}"$', length=12),
    "Location": _header("Where it is.", "/v1/events/3f0c8a52-6f0e-4d39-8d3c-0a6f0a3c5c11", length=2_000),
    "Link": _header(
        "The next page, where there is one.",
        '<https://matchmaker.example.org/v1/events?cursor=x>; rel="next"',
        length=4_100,
    ),
    "Idempotency-Replayed": _header(
        "`true` where this answers an earlier request with the same key.", "true", pattern="^true$"
    ),
    "Content-Disposition": _header("The name to save the file under.", 'attachment; filename="pairings.csv"'),
    "Vary": _header("The request headers that decide what is sent.", "Accept"),
}
