"""From an error on an organiser's page to the page that tells of it, or that lets one go on."""

from typing import Any

from litestar import Request, Response

from matchmaker.web.organiser import kept, proof, sign_in, trouble
from matchmaker.web.organiser.trouble import FormOver, FreshProofNeeded, ProofNeeded, SignInNeeded
from matchmaker.web.visit import language, onward


def answered(request: Request[Any, Any, Any], error: Exception) -> Response[Any] | None:
    """The page for an error that these pages know; None where it is not one of those."""
    if isinstance(error, SignInNeeded):
        return sign_in.needed(request, error, request.scope["state"]["context"].at)
    if isinstance(error, ProofNeeded):
        return onward("/account?said=proof_needed")
    if isinstance(error, FreshProofNeeded):
        return proof.needed(request, error, request.scope["state"]["context"].at)
    if isinstance(error, FormOver):
        waiting = kept.kept(error.path, error.form)
        return kept.nothing_lost(language(request), error.path, waiting.pairs, error.seal, status=409)
    return trouble.told(request, error)
