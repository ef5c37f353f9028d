"""What the adapters that call over HTTPS share: the server of a panel, and a call's outcome."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from balie.apps.services.models import Panel
from balie.apps.services.panels.keys import authority_of
from balie.apps.services.panels.port import SECONDS, Busy, Failure, OutcomeUnknown, Unreachable
from balie.apps.services.panels.registry import UnableToOpenPanel
from balie.infra.https import Answer, NoAnswer, NothingAsked, Server

MOST_WORDS = 200
HTTPS = 443


def server_of(panel: Panel, *, seconds: float = SECONDS) -> Server:
    """Return where a panel is called. Raises UnableToOpenPanel for an address that is none."""
    address = urlsplit(panel.base_address)
    try:
        port = address.port or HTTPS
    except ValueError:
        port = 0
    if address.scheme != "https" or not address.hostname or not port:
        raise UnableToOpenPanel(f"the address of {panel.name} is none; give https://name:port")
    return Server(host=address.hostname, port=port, seconds=seconds, ca_file=authority_of(panel))


def call(
    server: Server, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b""
) -> Answer | Unreachable | OutcomeUnknown:
    """Make one call; what the network did becomes an outcome."""
    try:
        return server.call(method, path, headers=headers, body=body)
    except NothingAsked as error:
        return Unreachable(str(error))
    except NoAnswer as error:
        return OutcomeUnknown(str(error))


def words(reason: str, *, without: str = "") -> str:
    """Return a panel's words in one line, short, and without the password that they may repeat."""
    said = " ".join(reason.split())
    return (said.replace(without, "…") if without else said)[:MOST_WORDS]


def not_asked(failure: Failure) -> Failure:
    """A look before the change went wrong, so the change was surely not asked for."""
    return Busy(failure.reason) if isinstance(failure, OutcomeUnknown) else failure
