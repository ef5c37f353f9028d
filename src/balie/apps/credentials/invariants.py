"""What must always hold of recovery secrets (DESIGN section 7: 12)."""

from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from balie.apps.credentials import queries
from balie.apps.credentials.models import RecoveryLink
from balie.infra.invariants import Result, Violation

LONGEST = timedelta(hours=24)


def one_valid_secret_per_account(*, now: datetime) -> Result:
    """12: at most one standing link per account, at most 24 hours long, stored only as a hash."""
    name = "12 one valid secret per account, hashed"
    standing = Q(used_at__isnull=True, voided_at__isnull=True)
    twice = (
        RecoveryLink.objects.filter(standing)
        .values("user")
        .annotate(count=Count("pk"))
        .filter(count__gt=1)
    )
    long = RecoveryLink.objects.filter(expires_at__gt=F("issued_at") + LONGEST)
    broken = [
        Violation(invariant=name, subject=f"user {row['user']}", detail="two standing links")
        for row in twice
    ]
    broken += [
        Violation(invariant=name, subject=f"link {pk}", detail="lives longer than 24 hours")
        for pk in long.values_list("pk", flat=True)
    ]
    # What has expired opens nothing: a key that was changed must not raise an alarm for it.
    usable = RecoveryLink.objects.filter(standing, expires_at__gt=now)
    broken += [
        Violation(invariant=name, subject=f"link {pk}", detail="the hash is not of its secret")
        for pk, nonce, stored in usable.values_list("pk", "nonce", "secret_sha256")
        if stored != queries.hash_of(queries.secret_of(nonce))
    ]
    return Result(name=name, checked=RecoveryLink.objects.count(), violations=tuple(broken))


INVARIANTS = (one_valid_secret_per_account,)
