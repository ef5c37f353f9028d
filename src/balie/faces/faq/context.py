"""What every page may show without its view asking: the policy in force."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from balie.apps.promises.queries import policy_in_force
from balie.infra import clock


def policy(request: HttpRequest) -> dict[str, object]:
    """Give templates `policy`; it is read when a page first shows it, and not otherwise."""
    return {"policy": SimpleLazyObject(lambda: policy_in_force(now=clock.now()))}
