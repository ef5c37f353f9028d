"""What Balie signs in with: files beside the database, never a row in it.

The folder that BALIE_PANELS_FOLDER names holds per panel `<code>.key` (password, login key or
token), and where needed `<code>.pem` (the authority that signed the server's certificate) and
`<code>.handover` (what the panel signs arrivals with). They are read when they are used.
"""

from pathlib import Path

from django.conf import settings

from balie.apps.services.models import Panel
from balie.apps.services.panels.registry import UnableToOpenPanel

SHORTEST_HAND_OVER = 32


def key_of(panel: Panel) -> str:
    """Return what Balie signs in with. Raises UnableToOpenPanel when it is not there."""
    key = _read(panel, "key")
    if not key:
        raise UnableToOpenPanel(
            f"there is no key for {panel.name}; put it in {panel.code}.key "
            "in the folder that BALIE_PANELS_FOLDER names"
        )
    return key


def authority_of(panel: Panel) -> str:
    """Return the file of the authority to believe, or nothing for the machine's own."""
    file = _folder() / f"{panel.code}.pem"
    return str(file) if file.exists() else ""


def hand_over_secret_of(panel: Panel) -> str:
    """Return what arrivals from a panel are signed with; nothing when none may arrive."""
    secret = _read(panel, "handover")
    return secret if len(secret) >= SHORTEST_HAND_OVER else ""


def _folder() -> Path:
    return Path(settings.BALIE_PANELS_FOLDER)


def _read(panel: Panel, ending: str) -> str:
    try:
        return (_folder() / f"{panel.code}.{ending}").read_text().partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""
