"""Passes every request on as it came: there is no proxy here."""

from collections.abc import Callable
from typing import Any


class XForwardedForMiddleware:
    """Does nothing."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        """Pass it on."""
        return self.get_response(request)
