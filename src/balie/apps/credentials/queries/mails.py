"""Reads about mails that let somebody in, or tell of it: what left, for whom, how it stands."""

from collections.abc import Iterable

from django.db.models import QuerySet

from balie.infra.models import OutboxRow

KINDS = (
    *("recovery-link", "recovery-late", "password-changed", "password-changed-of"),
    *("sign-in-code", "factor-changed", "access-changed"),
    *("address-warning", "address-changed", "address-changed-of"),
)


def mails_about_logins(users: Iterable[int]) -> QuerySet[OutboxRow]:
    """Return the mails about logins to these accounts, last one first; none holds a secret."""
    rows = OutboxRow.objects.filter(
        kind__in=KINDS, recipient_kind="user", recipient_id__in=list(users)
    )
    return rows.order_by("-created_at", "-pk")
