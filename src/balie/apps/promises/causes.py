"""Why a promise was missed: what the desk chooses from, and what the public page counts by."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

CAUSES: Mapping[str, LazyText] = {
    "undelivered": _("the answer did not arrive"),
    "seen_late": _("we saw the question too late"),
    "too_busy": _("more questions than we could answer"),
    "nobody_at_work": _("nobody was at work"),
    "waited_for_others": _("we waited for somebody else"),
    "outage": _("a breakdown of ours"),
    "our_mistake": _("a mistake of ours"),
}
NOT_NAMED = _("not named yet")


def cause_words(cause: str) -> str:
    """Return why a promise was missed, in words; an empty cause is not named yet."""
    return str(CAUSES.get(cause, cause) or NOT_NAMED)
