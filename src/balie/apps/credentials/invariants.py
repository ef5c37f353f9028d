"""What must always hold of recovery secrets and addresses (DESIGN section 7: 12)."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q

from balie.apps.credentials import queries
from balie.apps.credentials.models import AddressChange, RecoveryLink
from balie.apps.customers.models import User
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


def addresses_change_by_proof(*, now: datetime) -> Result:
    """12: an address on file that changed is that of a proven change, or the one put back."""
    name = "12 an address changes by proof alone"
    changes = AddressChange.objects.filter(user=OuterRef("pk"))
    made = changes.filter(
        state=AddressChange.State.COMPLETED,
        new_email=OuterRef("email"),
        completed_at=OuterRef("email_changed_at"),
    )
    put_back = changes.filter(
        state=AddressChange.State.REVERTED,
        old_email=OuterRef("email"),
        closed_at=OuterRef("email_changed_at"),
    )
    # An account that is erased has no address of anybody any more.
    changed = User.objects.filter(is_active=True, contact__isnull=False).exclude(
        email_changed_at=F("created_at")
    )
    return Result(
        name=name,
        checked=changed.count(),
        violations=tuple(
            Violation(
                invariant=name, subject=f"user {pk}", detail="its address changed without proof"
            )
            for pk in changed.filter(~Exists(made), ~Exists(put_back)).values_list("pk", flat=True)
        ),
    )


INVARIANTS = (one_valid_secret_per_account, addresses_change_by_proof)
