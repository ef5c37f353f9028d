"""Who comes in: signing in and out, and the doors of the faces. A view gets its viewer.

An account with a second factor is let in by it alone; until then only its name waits in the
session. An employee without one gets in, and finds every door closed but the one to add it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect

from balie.apps.customers import attempts, factors, queries, sessions
from balie.apps.customers.models import CustomerContact, SignIn, User
from balie.apps.customers.viewer import Viewer
from balie.infra import audit, clock
from balie.infra.audit import JSON, SYSTEM
from balie.infra.networks import network_of

P = ParamSpec("P")
Door = Callable[Concatenate[HttpRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, Viewer, P], HttpResponse]

SIGNED_IN_BY = "balie-signed-in-by"
SECOND_FACTOR = "balie-second-factor"
FACTOR = "balie-factor"  # the id of the one that was shown when signing in
SIGNED_IN_AT = "balie-signed-in-at"  # seconds of the machine's clock
SEEN_AT = "balie-seen-at"  # of an employee, by the same clock
CUSTOMER = "balie-customer"
PENDING = "balie-pending"
LOOKING = "balie-looking"
ONLY_LOOKING = "You are looking through the eyes of a customer: looking is all you can do."
NOBODY = "nobody@balie.invalid"
BACKEND = "django.contrib.auth.backends.ModelBackend"
SECOND_STEP = "/inloggen/tweede-stap/"
ADD_FACTOR = "/account/tweede-factor/"
STRONG_WAYS = ("passkey", "demo")
FROM_PANEL = "panel"
# What a session may do that came from a control panel: ask, and read what was asked.
OPEN_FROM_PANEL = frozenset(
    f"portal:{name}" for name in ("home", "questions", "question", "attachment", "ask", "call_back")
)
PENDING_FOR = timedelta(minutes=10)
FRESH_FOR = timedelta(minutes=15)
# An employee who left his desk is out after this (ASVS v5.0.0-7.3.1; NIST SP 800-63B-4, 2.2.3).
IDLE_FOR = timedelta(hours=1)
NOTED_EACH = timedelta(minutes=1)
# What a page asks for by itself keeps nobody in.
BY_ITSELF = frozenset({"desk:ringing", "desk:be_present"})


def check_password(
    request: HttpRequest, *, identifier: str, password: str, now: datetime
) -> User | None:
    """Return the account of an e-mail address or customer number when the password is right.

    A number stands for an account only where the customer has one: several would cost a hash each.
    Whoever is meant, known or not, costs exactly one, so that time does not tell who exists.
    Raises attempts.TooManyTries before anything is judged.
    """
    accounts = queries.find_accounts(identifier)
    meant = accounts[0] if len(accounts) == 1 else None
    attempt = attempts.begin(
        way=SignIn.Way.PASSWORD,
        user=meant,
        typed=identifier,
        network=network_of(request),
        now=now,
    )
    user = authenticate(request, username=meant.email if meant else NOBODY, password=password)
    if isinstance(user, User):
        is_half = factors.factors_of(user).is_strong
        (attempts.leave_open if is_half else attempts.succeed)(attempt)
        return user
    # One line whoever was meant: a statement more for those who exist would show in time.
    subject = ("user", meant.pk) if meant else ("sign-in", attempt.pk)
    audit.record(event="sign_in.failed", by=SYSTEM, subject=subject, now=now)
    return None


def enter(
    request: HttpRequest,
    user: User,
    *,
    signed_in_by: str,
    factor_id: int | None = None,
    now: datetime,
    then: str = "",
) -> str:
    """Let somebody in who proved one factor; return where he goes next (`then`, or his home).

    `factor_id` is the passkey he came in with.

    With a second factor in force that is the page that asks for it, whatever the first one was.
    """
    if signed_in_by not in STRONG_WAYS and factors.factors_of(user).is_strong:
        logout(request)
        request.session[PENDING] = {
            "user": user.pk,
            "by": signed_in_by,
            "at": clock.machine().timestamp(),
            "hash": user.get_session_auth_hash(),
            "then": then,
        }
        return SECOND_STEP
    sign_in(request, user, signed_in_by=signed_in_by, factor_id=factor_id, now=now)
    return then or home_of(request)


def pending_user(request: HttpRequest) -> User | None:
    """Return the account that proved its first factor in this session, lately; or None."""
    waiting = request.session.get(PENDING)
    if not waiting:
        return None
    age = clock.machine().timestamp() - waiting["at"]
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    if user is None or age > PENDING_FOR.total_seconds():
        return None
    return user if user.get_session_auth_hash() == waiting["hash"] else None


def finish(request: HttpRequest, user: User, *, factor_id: int, now: datetime) -> str:
    """Let somebody in whose second factor was right too; return where he goes next."""
    waiting: dict[str, Any] = request.session.get(PENDING) or {}
    sign_in(
        request,
        user,
        signed_in_by=waiting.get("by", "password"),
        has_second_factor=True,
        factor_id=factor_id,
        now=now,
    )
    return str(waiting.get("then") or "") or home_of(request)


def sign_in(
    request: HttpRequest,
    user: User,
    *,
    signed_in_by: str,
    has_second_factor: bool = False,
    factor_id: int | None = None,
    now: datetime,
) -> None:
    """Start a session under a new key, and remember how he signed in. See `enter` for the doors."""
    if request.user.is_authenticated:
        logout(request)  # nothing of who sat here before goes along
    login(request, user, backend=BACKEND)
    request.session.pop(PENDING, None)
    request.session.pop(CUSTOMER, None)
    request.session[FACTOR] = factor_id
    request.session[SIGNED_IN_BY] = signed_in_by
    request.session[SECOND_FACTOR] = has_second_factor or signed_in_by in STRONG_WAYS
    began = clock.machine()
    request.session[SIGNED_IN_AT] = began.timestamp()
    # A moment, not an age: what is stored of a session ends when the session does.
    request.session.set_expiry(began + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    sessions.remember(request)
    if has_second_factor or signed_in_by in {"passkey", "link"}:
        attempts.note_success(user=user, way=signed_in_by, network=network_of(request), now=now)
    _record("sign_in.succeeded", user, now=now, way=signed_in_by, strong=has_second_factor)
    forget_viewer(request)


def become_strong(request: HttpRequest) -> None:
    """Note that a second factor was shown in this session: its owner just added one.

    What he opened it with stays what it was: what he adds is not what he had.
    """
    request.session[SECOND_FACTOR] = True
    request.session.cycle_key()
    sessions.remember(request)
    forget_viewer(request)


def sign_out(request: HttpRequest) -> None:
    """End the session."""
    logout(request)


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether he signed in so lately that he may change how one signs in (ASVS 7.5.1)."""
    at = request.session.get(SIGNED_IN_AT, 0)
    return bool(clock.machine().timestamp() - at <= FRESH_FOR.total_seconds())


def home_of(request: HttpRequest) -> str:
    """Return where somebody begins who has just signed in."""
    viewer = viewer_of(request)
    if viewer is None or not viewer.is_employee:
        return "/klant/"
    return "/balie/" if viewer.has_second_factor else ADD_FACTOR


def viewer_of(request: HttpRequest) -> Viewer | None:
    """Return who is looking, or None for a visitor. Asked once per request."""
    if not hasattr(request, "balie_viewer"):
        if request.user.is_authenticated and _is_over(request):
            logout(request)
        user = request.user
        request.balie_viewer = (  # type: ignore[attr-defined]
            queries.viewer_of(
                user,
                customer_id=request.session.get(CUSTOMER),
                signed_in_by=request.session.get(SIGNED_IN_BY, "password"),
                has_second_factor=bool(request.session.get(SECOND_FACTOR)),
                factor_id=request.session.get(FACTOR),
            )
            if isinstance(user, User)
            else None
        )
        if request.balie_viewer and request.balie_viewer.is_employee:  # type: ignore[attr-defined]
            _end_if_idle(request)
    found: Viewer | None = request.balie_viewer  # type: ignore[attr-defined]
    return found


def _is_over(request: HttpRequest) -> bool:
    """Tell whether he signed in too long ago: what he does does not lengthen a session."""
    at = request.session.get(SIGNED_IN_AT, 0)
    return bool(clock.machine().timestamp() - at >= settings.SESSION_COOKIE_AGE)


def _end_if_idle(request: HttpRequest) -> None:
    """Sign an employee out who did nothing for a while; note that he does something now."""
    now = clock.machine().timestamp()
    idle = now - request.session.get(SEEN_AT, request.session.get(SIGNED_IN_AT, 0))
    if idle >= IDLE_FOR.total_seconds():
        logout(request)
        request.balie_viewer = None  # type: ignore[attr-defined]
    elif idle >= NOTED_EACH.total_seconds() and _place_of(request) not in BY_ITSELF:
        request.session[SEEN_AT] = now


def _place_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def look_as(request: HttpRequest, viewer: Viewer, *, given: CustomerContact, now: datetime) -> None:
    """Let an employee look at the portal through the eyes of a contact; the trail says so."""
    request.session[LOOKING] = given.pk
    data: dict[str, JSON] = {"contact": given.contact_id, "role": given.role}
    subject = ("customer", given.customer_id)
    audit.record(event="looking.begun", by=viewer.actor, subject=subject, now=now, data=data)


def stop_looking(request: HttpRequest, viewer: Viewer, *, now: datetime) -> int | None:
    """End it; returns the customer he looked at, or None when he did not look at any."""
    given = CustomerContact.objects.filter(pk=request.session.pop(LOOKING, None)).first()
    if given is None:
        return None
    subject = ("customer", given.customer_id)
    audit.record(event="looking.ended", by=viewer.actor, subject=subject, now=now)
    return given.customer_id


def eyes_of(request: HttpRequest, viewer: Viewer) -> Viewer | None:
    """Return the contact through whose eyes an employee looks, or None when he does not."""
    chosen = request.session.get(LOOKING)
    if chosen is None or not viewer.has_second_factor:
        return None
    found = CustomerContact.objects.select_related("contact").filter(pk=chosen).first()
    if found is None:
        return None
    return Viewer(
        kind="contact",
        person_id=found.contact_id,
        name=found.contact.name,
        role=found.role,
        customer_id=found.customer_id,
        signed_in_by="looking",
        looked_at_by=viewer.name,
    )


def forget_viewer(request: HttpRequest) -> None:
    """Let the next question who is looking be answered anew."""
    if hasattr(request, "balie_viewer"):
        del request.balie_viewer


def _record(event: str, user: User, *, now: datetime, **data: str | bool) -> None:
    audit.record(
        event=event, by=queries.actor_of(user), subject=("user", user.pk), now=now, data=data
    )


def _refuse_from_panel(request: HttpRequest, viewer: Viewer) -> None:
    """Let a session that came from a control panel to questions only: that login is another's."""
    if viewer.signed_in_by == FROM_PANEL and _place_of(request) not in OPEN_FROM_PANEL:
        raise Http404


def _for_his_eyes(response: HttpResponse) -> HttpResponse:
    """No cache keeps a page of somebody who is signed in: after him another sits there."""
    response["Cache-Control"] = "private, no-store"
    return response


def for_contacts(view: View[P]) -> Door[P]:
    """Let signed-in contacts through to `view`; send visitors to sign in.

    An employee who looks through the eyes of a contact may look and nothing else: anything but
    looking is refused here, and what a page writes while it is shown is undone by the database.
    """

    @wraps(view)
    def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        viewer = viewer_of(request)
        if viewer is None:
            return redirect_to_login(request.get_full_path())
        if viewer.is_employee:
            seen = eyes_of(request, viewer)
            if seen is None:
                raise Http404
            if request.method not in {"GET", "HEAD"}:
                return HttpResponseForbidden(ONLY_LOOKING)
            with transaction.atomic():
                response = view(request, seen, *args, **kwargs)
                transaction.set_rollback(True)
            return _for_his_eyes(response)
        _refuse_from_panel(request, viewer)
        return _for_his_eyes(view(request, viewer, *args, **kwargs))

    return door


def for_employees(*roles: str) -> Callable[[View[P]], Door[P]]:
    """Let employees through, of these roles when any are named; to others it is not there.

    Without a second factor an employee is sent to add one: the desk is closed until then.
    """

    def guard(view: View[P]) -> Door[P]:
        @wraps(view)
        def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            viewer = viewer_of(request)
            if viewer is None:
                return redirect_to_login(request.get_full_path())
            if not viewer.is_employee:
                raise Http404
            if not viewer.has_second_factor:
                return redirect(ADD_FACTOR)
            if roles and viewer.role not in roles:
                raise Http404
            return _for_his_eyes(view(request, viewer, *args, **kwargs))

        return door

    return guard


def for_everybody_inside(view: View[P]) -> Door[P]:
    """Let whoever is signed in through, contact or employee, also without a second factor."""

    @wraps(view)
    def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        viewer = viewer_of(request)
        if viewer is None:
            return redirect_to_login(request.get_full_path())
        _refuse_from_panel(request, viewer)
        return _for_his_eyes(view(request, viewer, *args, **kwargs))

    return door
