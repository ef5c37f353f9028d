"""Every route of the site, found by walking the resolver: a new one is in the matrix by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern


@dataclass(frozen=True, kw_only=True)
class Route:
    """One address: the name of its view, its pattern from the root, and what it is filled with."""

    name: str
    pattern: str
    needs: tuple[str, ...]

    @property
    def face(self) -> str:
        """The namespace, that a rule of the table is about."""
        return self.name.partition(":")[0]


class UnknownRoute(Exception):
    """A route that the crawl cannot read; the message says what to do."""


def every_route() -> list[Route]:
    """All routes, in the order in which the resolver tries them."""
    return list(_walk(get_resolver(), pattern="", spaces=(), needs=()))


def _walk(
    resolver: URLResolver, *, pattern: str, spaces: tuple[str, ...], needs: tuple[str, ...]
) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        if not isinstance(entry.pattern, RoutePattern):
            if isinstance(entry, URLResolver) and not str(entry.pattern).strip("^/"):
                yield from _walk(entry, pattern=pattern, spaces=spaces, needs=needs)
                continue
            msg = f"{pattern}{entry.pattern}: write it with path(), so that it can be filled in"
            raise UnknownRoute(msg)
        here = pattern + str(entry.pattern)
        wanted = (*needs, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            inside = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk(entry, pattern=here, spaces=inside, needs=wanted)
        elif isinstance(entry, URLPattern):
            if not entry.name:
                msg = f"/{here}: give the route a name, so that the table can speak of it"
                raise UnknownRoute(msg)
            yield Route(name=":".join((*spaces, entry.name)), pattern=here, needs=wanted)


def address(route: Route, examples: dict[str, dict[str, str]]) -> str:
    """Fill a route with the example for the longest beginning of its pattern that has one."""
    values: dict[str, str] = {}
    for beginning in sorted(examples, key=len):
        if route.pattern.startswith(beginning):
            values |= examples[beginning]
    filled = ""
    for part in route.pattern.split("<"):
        if ">" not in part:
            filled += part
            continue
        converter, _, rest = part.partition(">")
        name = converter.rpartition(":")[2]
        if name not in values:
            msg = (
                f"/{route.pattern}: say in tests/access/world.py what stands for <{converter}>: "
                "something of the watched customer's, that a stranger must not get"
            )
            raise UnknownRoute(msg)
        filled += values[name] + rest
    return "/" + filled
