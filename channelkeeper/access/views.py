"""Signing in and out, choosing a role, a person's own page, users, and the audit book."""

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from channelkeeper.access import actions, doors, forms, names, queries, sessions
from channelkeeper.access.rules import EVERYONE, Refusal, Role
from channelkeeper.core.calendar import BUSINESS

HEADQUARTERS = frozenset({Role.HEADQUARTERS})
BOOK_READERS = HEADQUARTERS | {Role.AUDITOR}
ROLES = [(role.value, name) for role, name in names.ROLE_NAMES.items() if role is not Role.SERVICE]


def way_on(request: HttpRequest) -> str:
    """Return where to go after signing in: the page that was wanted, if it is one of ours."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


@sensitive_post_parameters("password")
@doors.public("Whoever signs in is a stranger until then.", methods=("GET", "POST"))
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign a person in by name and password; then to their one role, or to the choice."""
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(_with_next("access:roles", request))
    form = forms.SignIn(request.POST or None)
    if form.is_valid():
        # django-axes counts the failures by account and address, and answers with `locked_out`.
        user = authenticate(request, **form.cleaned_data)  # by the name of our own field, or axes counts nobody's
        if user is not None:
            login(request, user)  # under a new session id
            return redirect(_with_next("access:roles", request))
        form.add_error(None, _("Name or password is wrong."))
    status = 422 if form.is_bound else 200
    return render(request, "access/sign_in.html", {"form": form, "next": way_on(request)}, status=status)


@doors.public("A signed-in person who has not chosen a role yet has no actor.", methods=("GET", "POST"))
def roles(request: HttpRequest) -> HttpResponse:
    """Choose the role to act in; where there is only one, it is taken without asking."""
    if not request.user.is_authenticated:
        return doors.to_sign_in(request)
    found = queries.seats(request.user.pk, on=BUSINESS.day(doors.at(request)))
    chosen = [seat for seat in found if seat.key == request.POST.get("seat")]
    if request.method == "GET" and len(found) == 1:
        chosen = found
    if chosen:
        sessions.take_seat(request, chosen[0])
        return redirect(way_on(request))
    return render(request, "access/roles.html", {"seats": found, "next": way_on(request)})


@doors.public("Whoever is signed in may leave, in a role or without.", methods=("POST",))
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("access:sign_in")


def locked_out(request: HttpRequest, response: object = None, credentials: object = None) -> HttpResponse:
    """Answer too many wrong passwords for one account from one address (django-axes calls this)."""
    return render(request, "access/locked_out.html", status=429)


@never_cache
@doors.page(EVERYONE)
def me(request: doors.ActorRequest) -> HttpResponse:
    """Show a person what the system knows of them, and their tokens."""
    return _own_page(request)


@doors.page(EVERYONE, methods=("POST",))
def language(request: doors.ActorRequest) -> HttpResponse:
    """Keep the language with the account, for every device."""
    form = forms.Language(request.POST)
    if not form.is_valid():
        return _own_page(request, status=422)
    chosen = form.cleaned_data["language"]
    actions.choose_language(language=chosen, by=request.actor, at=doors.at(request))
    response = redirect("access:me")
    response.delete_cookie("language")  # a choice made on this device would win over the account's
    return response


@never_cache
@doors.page(EVERYONE, methods=("POST",))
def create_token(request: doors.ActorRequest) -> HttpResponse:
    """Make a token and show its secret, this once."""
    form = forms.NewToken(request.POST)
    if not form.is_valid():
        return _own_page(request, token_form=form, status=422)
    try:
        secret = actions.create_token(**form.cleaned_data, by=request.actor, at=doors.at(request))
    except Refusal as refusal:
        form.add_error(None, refusal.render(get_language() or ""))
        return _own_page(request, token_form=form, status=422)
    return _own_page(request, secret=secret)


@doors.page(EVERYONE, methods=("POST",))
def revoke_token(request: doors.ActorRequest, token_id: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    actions.revoke_token(token_id=token_id, by=request.actor, at=doors.at(request))
    messages.info(request, _("The token is revoked."))
    return redirect("access:me")


@sensitive_post_parameters("present", "new", "again")
@doors.page(EVERYONE, methods=("GET", "POST"))
def password(request: doors.ActorRequest) -> HttpResponse:
    """Change one's own password; this session stays, all others end."""
    form = forms.NewPassword(request.POST or None)
    if form.is_valid() and _changed_password(request, form):
        messages.info(request, _("The password is changed. Other devices must sign in again."))
        return redirect("access:me")
    return render(request, "access/password.html", {"form": form}, status=422 if form.is_bound else 200)


@doors.page(BOOK_READERS)
def users(request: doors.ActorRequest) -> HttpResponse:
    """List who may sign in."""
    text = request.GET.get("q", "").strip()
    found = queries.users(request.actor, at=doors.at(request), text=text, page=doors.page_number(request))
    query = urlencode({"q": text}) + "&" if text else ""
    return render(request, "access/users.html", {"page": found, "text": text, "query": query})


@sensitive_post_parameters("password")
@doors.page(HEADQUARTERS, methods=("GET", "POST"))
def new_user(request: doors.ActorRequest) -> HttpResponse:
    """Let a new person sign in, in a role from today."""
    form = forms.NewUser(request.POST or None, roles=ROLES)
    if form.is_valid() and _created_user(request, form):
        messages.info(request, _("%(name)s may sign in now.") % {"name": form.cleaned_data["name"]})
        return redirect("access:users")
    return render(request, "access/new_user.html", {"form": form}, status=422 if form.is_bound else 200)


@doors.page(BOOK_READERS)
def audit(request: doors.ActorRequest) -> HttpResponse:
    """Read the audit book."""
    form = forms.AuditFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    lines = queries.audit_lines(
        request.actor,
        distributor_code=wanted.get("distributor", ""),
        verb=wanted.get("verb", ""),
        day=wanted.get("day"),
        page=doors.page_number(request),
    )
    chosen = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    query = urlencode(chosen) + "&" if chosen else ""
    return render(request, "access/audit.html", {"form": form, "page": lines, "query": query, "chosen": chosen})


def _with_next(name: str, request: HttpRequest) -> str:
    return f"{reverse(name)}?{urlencode({'next': way_on(request)})}"


def _own_page(
    request: doors.ActorRequest, *, token_form: forms.NewToken | None = None, secret: str = "", status: int = 200
) -> HttpResponse:
    on = BUSINESS.day(doors.at(request))
    shown = {
        "actor": request.actor,
        "seats": queries.seats(request.user.pk, on=on) if request.user.pk else [],
        "language_form": forms.Language(initial={"language": get_language()}),
        "token_form": token_form or forms.NewToken(),
        "tokens": queries.own_tokens(request.actor),
        "secret": secret,
        "reads_book": request.actor.role in BOOK_READERS,
    }
    return render(request, "access/me.html", shown, status=status)


def _changed_password(request: doors.ActorRequest, form: forms.NewPassword) -> bool:
    """Change the password; where it is refused, say so beside the field."""
    given = form.cleaned_data
    try:
        actions.change_password(present=given["present"], new=given["new"], by=request.actor, at=doors.at(request))
    except Refusal as refusal:
        form.add_error("present", refusal.render(get_language() or ""))
        return False
    except ValidationError as weak:
        form.add_error("new", weak)
        return False
    if request.user.is_authenticated:
        request.user.refresh_from_db(fields=["password"])
        update_session_auth_hash(request, request.user)
    return True


def _created_user(request: doors.ActorRequest, form: forms.NewUser) -> bool:
    """Create the person and grant the role; where it is refused, say so beside the field."""
    given = form.cleaned_data
    try:
        actions.create_user_in_role(**given, by=request.actor, at=doors.at(request))
    except Refusal as refusal:
        form.add_error("login", refusal.render(get_language() or ""))
        return False
    except ValidationError as weak:
        form.add_error("password", weak)
        return False
    return True
