"""The kinds of problem a client can meet: a stable name, a status, a constant title, and a page with cause and cure."""

from msgspec import Struct


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of problem. One that does not `speak` gives `detail`, always the same, whatever the error says."""

    slug: str
    status: int
    title: str
    cause: str
    cure: str
    detail: str = ""
    speaks: bool = True


KINDS = {
    kind.slug: kind
    for kind in (
        Kind(
            slug="malformed-request",
            status=400,
            title="The request cannot be read",
            cause="The body is not valid JSON, is nested too deeply, holds a number no field can hold, or a header or the "
            "address is not well formed.",
            cure="Send UTF-8 JSON nested no deeper than 32 levels; the detail says where reading stopped.",
        ),
        Kind(
            slug="invalid-fields",
            status=400,
            title="Some fields cannot be used as they are",
            cause="Fields of the body or query parameters are missing, unknown, of the wrong type or out of range.",
            cure="`errors` lists all of them: `pointer` says where, `code` and `detail` what is wrong. Mend them in one go.",
        ),
        Kind(
            slug="unauthenticated",
            status=401,
            title="No valid API key came with the request",
            cause="The key is missing, mistyped, revoked or expired, or did not come in the Authorization header.",
            cure="Send `Authorization: Bearer mm_live_…` with a key that is alive.",
        ),
        Kind(
            slug="forbidden",
            status=403,
            title="This key may not do that",
            cause="The key lacks the scope that the operation needs, or is restricted to one event; or the event is private, "
            "and this would tell who met whom.",
            cure="Use a key with that scope, which each operation's description names; of a private event read the funnel.",
        ),
        Kind(
            slug="not-found",
            status=404,
            title="There is nothing here by that name",
            cause="The address is wrong, the thing was deleted, or this key may not know of it.",
            cure="Check the ids in the address, and that the key belongs to the right association and event.",
            detail="There is nothing here by that name.",
            speaks=False,
        ),
        Kind(
            slug="method-not-allowed",
            status=405,
            title="This address does not take that method",
            cause="The address exists, for other methods.",
            cure="The Allow header lists the methods.",
            detail="The Allow header lists the methods this address takes.",
            speaks=False,
        ),
        Kind(
            slug="not-acceptable",
            status=406,
            title="None of the media types asked for can be given",
            cause="The Accept header leaves out every media type this address has.",
            cure="Ask for one of the types the detail lists, or for `*/*`.",
        ),
        Kind(
            slug="conflict",
            status=409,
            title="That does not fit the present state",
            cause="Something is in a state, or exists already, so that the request makes no sense now.",
            cure="Read it again, and decide.",
        ),
        Kind(
            slug="idempotency-key-busy",
            status=409,
            title="A request with this idempotency key is still at work",
            cause="The same request was sent again before the first was answered.",
            cure="Wait a second and send it again: you then get the first one's answer.",
        ),
        Kind(
            slug="precondition-failed",
            status=412,
            title="It was changed since you read it",
            cause="The version in If-Match is no longer the present one.",
            cure="Read it again, make your change to what is there now, and send its new ETag.",
        ),
        Kind(
            slug="body-too-large",
            status=413,
            title="The body is too large",
            cause="A JSON body may have 1 MB, an import 10 MB.",
            cure="Send less at once: several imports into one event add up.",
            detail="A JSON body may have 1 MB, an import 10 MB.",
            speaks=False,
        ),
        Kind(
            slug="unsupported-media-type",
            status=415,
            title="This media type is not taken here",
            cause="The Content-Type is missing or another than the operation takes.",
            cure="Send `Content-Type: application/json`; imports also take `text/csv`.",
        ),
        Kind(
            slug="idempotency-key-reused",
            status=422,
            title="This idempotency key came before with another request",
            cause="An idempotency key stands for one request: same address, same body.",
            cure="Use a new key for a new request.",
        ),
        Kind(
            slug="unusable-fields",
            status=422,
            title="Some fields are well formed and make no sense here",
            cause="An id that is unknown, an hour that is past, an address nobody can have, two fields of which one is too many.",
            cure="`errors` lists all of them: `pointer` says where, `code` and `detail` what is wrong. Mend them in one go.",
        ),
        Kind(
            slug="invalid",
            status=422,
            title="The input cannot be used as it is",
            cause="A file that is no list of attendees, or input that makes no sense as a whole.",
            cure="Follow the detail, and the cure where there is one.",
        ),
        Kind(
            slug="precondition-required",
            status=428,
            title="Say which version you mean to change",
            cause="A change without If-Match could undo somebody else's.",
            cure="Send `If-Match` with the ETag you got when you read it.",
        ),
        Kind(
            slug="quota-exceeded",
            status=429,
            title="Too many requests",
            cause="More requests came in the window than RateLimit-Policy allows.",
            cure="Wait as many seconds as Retry-After says.",
        ),
        Kind(
            slug="internal-error",
            status=500,
            title="Something went wrong on our side",
            cause="A mistake of ours, which was logged under the number in `instance`.",
            cure="Try again later; if it stays, tell whoever runs this server the number.",
            detail="It was logged under the number in instance.",
            speaks=False,
        ),
        Kind(
            slug="unavailable",
            status=503,
            title="A part this needs does not answer at the moment",
            cause="The database is starting, stopping or busy.",
            cure="Wait as many seconds as Retry-After says and try again; with an idempotency key nothing happens twice.",
            detail="Try again in a moment.",
            speaks=False,
        ),
    )
}
