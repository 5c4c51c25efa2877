"""The API's frame: how a program signs in, and the one shape of every error."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.security import HttpBearer

import channelkeeper
from channelkeeper.access import actions, clock, doors, queries
from channelkeeper.access.rules import Actor, NotAllowed, NotFound, Refusal


class BearerToken(HttpBearer):
    """Signs a program in by `Authorization: Bearer …`; sets `request.actor`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the token's actor; None refuses the request with 401, a role that may not with 403."""
        at = clock.now()
        found = queries.token_actor(token, at=at)
        if found is None:
            return None
        actions.note_token_use(found, at=at)
        doors.admit(request, found.actor)
        request.actor = found.actor  # type: ignore[attr-defined]
        return found.actor


def new_api() -> NinjaAPI:
    """Return the API without routers: token sign-in, errors as `{"error": {"code", "message", …}}`."""
    api = NinjaAPI(
        title="Channelkeeper",
        version=channelkeeper.__version__,
        auth=BearerToken(),
        urls_namespace="api",
        docs_url=None,  # its page loads scripts from elsewhere; openapi.json is served
    )

    @api.exception_handler(NotFound)
    def not_found(request: HttpRequest, error: NotFound) -> HttpResponse:
        return _error(api, request, 404, "not_found", "No such record.")

    @api.exception_handler(NotAllowed)
    def not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
        return _error(api, request, 403, "not_allowed", str(error))

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return _error(api, request, 422, "invalid", "The request does not fit its schema.", details=error.errors)

    @api.exception_handler(Refusal)
    def refused_by_rule(request: HttpRequest, error: Refusal) -> HttpResponse:
        return _error(api, request, 422, error.code, error.render("en"), message_zh=error.render("zh"))

    @api.exception_handler(ValueError)
    def refused(request: HttpRequest, error: ValueError) -> HttpResponse:
        return _error(api, request, 422, "refused", str(error))

    return api


def _error(api: NinjaAPI, request: HttpRequest, status: int, code: str, message: str, **more: object) -> HttpResponse:
    return api.create_response(request, {"error": {"code": code, "message": message, **more}}, status=status)
