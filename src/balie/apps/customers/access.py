"""Who comes in: signing in and out, and the doors of the faces. A view gets its viewer."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from balie.apps.customers import queries
from balie.apps.customers.models import User
from balie.apps.customers.viewer import Viewer

P = ParamSpec("P")
Door = Callable[Concatenate[HttpRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, Viewer, P], HttpResponse]

SIGNED_IN_BY = "balie-signed-in-by"
CUSTOMER = "balie-customer"
NOBODY = "nobody@balie.invalid"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def check_password(request: HttpRequest, *, identifier: str, password: str) -> User | None:
    """Return the account of an e-mail address or customer number when the password is right.

    A number stands for an account only where the customer has one: several would cost a hash each.
    Whoever is meant, known or not, costs exactly one, so that time does not tell who exists.
    """
    accounts = queries.find_accounts(identifier)
    email = accounts[0].email if len(accounts) == 1 else NOBODY
    user = authenticate(request, username=email, password=password)
    return user if isinstance(user, User) else None


def sign_in(request: HttpRequest, user: User, *, signed_in_by: str = "password") -> None:
    """Start a session under a new key, and remember how he signed in."""
    login(request, user, backend=BACKEND)
    request.session[SIGNED_IN_BY] = signed_in_by
    request.session.pop(CUSTOMER, None)
    if hasattr(request, "balie_viewer"):
        del request.balie_viewer


def sign_out(request: HttpRequest) -> None:
    """End the session."""
    logout(request)


def viewer_of(request: HttpRequest) -> Viewer | None:
    """Return who is looking, or None for a visitor. Asked once per request."""
    if not hasattr(request, "balie_viewer"):
        user = request.user
        request.balie_viewer = (  # type: ignore[attr-defined]
            queries.viewer_of(
                user,
                customer_id=request.session.get(CUSTOMER),
                signed_in_by=request.session.get(SIGNED_IN_BY, "password"),
            )
            if isinstance(user, User)
            else None
        )
    found: Viewer | None = request.balie_viewer  # type: ignore[attr-defined]
    return found


def _for_his_eyes(response: HttpResponse) -> HttpResponse:
    """No cache keeps a page of somebody who is signed in: after him another sits there."""
    response["Cache-Control"] = "private, no-store"
    return response


def for_contacts(view: View[P]) -> Door[P]:
    """Let signed-in contacts through to `view`; send visitors to sign in."""

    @wraps(view)
    def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        viewer = viewer_of(request)
        if viewer is None:
            return redirect_to_login(request.get_full_path())
        if viewer.is_employee:
            raise Http404
        return _for_his_eyes(view(request, viewer, *args, **kwargs))

    return door


def for_employees(*roles: str) -> Callable[[View[P]], Door[P]]:
    """Let employees through, of these roles when any are named; to others it is not there."""

    def guard(view: View[P]) -> Door[P]:
        @wraps(view)
        def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            viewer = viewer_of(request)
            if viewer is None:
                return redirect_to_login(request.get_full_path())
            if not viewer.is_employee or (roles and viewer.role not in roles):
                raise Http404
            return _for_his_eyes(view(request, viewer, *args, **kwargs))

        return door

    return guard
