"""The desk's words for control panels: what was asked, how it stands, how a panel differs."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

BADGES: Mapping[str, Mapping[str, tuple[str, LazyText]]] = {
    "panel_account": {
        "ordered": ("open", pgettext_lazy("panel", "ordered")),
        "active": ("kept", pgettext_lazy("panel", "open")),
        "suspended": ("attention", pgettext_lazy("panel", "closed")),
        "deleted": ("neutral", pgettext_lazy("panel", "removed")),
    },
    "panel_difference": {
        "missing": ("broken", _("missing there")),
        "foreign": ("attention", _("unknown here")),
        "suspension": ("attention", _("open or closed differs")),
        "package": ("attention", _("package differs")),
        "domain": ("broken", _("domain differs")),
    },
}
NAMES: Mapping[str, Mapping[str, LazyText]] = {
    "panel_kind": {
        "directadmin": _("DirectAdmin"),
        "modoboa": _("Modoboa"),
        "simulated": _("demo"),
        "by_hand": _("kept by hand"),
    },
    "panel_verb": {
        "create": pgettext_lazy("panel", "make"),
        "suspend": pgettext_lazy("panel", "close"),
        "unsuspend": pgettext_lazy("panel", "open again"),
        "delete": pgettext_lazy("panel", "remove"),
    },
}
# What a difference shows of each side; anything else it shows as it is.
SIDES: Mapping[str, LazyText] = {
    "active": pgettext_lazy("panel", "open"),
    "suspended": pgettext_lazy("panel", "closed"),
    "deleted": pgettext_lazy("panel", "removed"),
}


def side_words(said: str) -> str:
    """Return what one side of a difference says, as an employee reads it."""
    return str(SIDES.get(said, said))
