"""What proves that an account is his: the factor he came in with, his codes, his bank account."""

from collections.abc import Sequence
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from balie.apps.banking.models import EntrySlice
from balie.apps.billing.models import Invoice, Payment
from balie.apps.credentials.models import AddressChange
from balie.apps.customers.models import Customer, User
from balie.apps.directdebit.models import Collection
from balie.apps.mandates.models import Mandate
from balie.apps.services.models import Service
from balie.domain.policy import Policy
from balie.formats.iban import normalise_iban
from balie.infra import clock

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
CODES = (Authenticator.Type.RECOVERY_CODES,)


def is_old_factor(user: User, factor_id: int | None, *, policy: Policy) -> bool:
    """Tell whether what opened a session is a second factor that was not only just made.

    Another one of the account does not count: who stole a session adds one of his own.
    """
    return proof_by_factor(user, factor_id, policy=policy) == AddressChange.Proof.SECOND_FACTOR


def proof_by_factor(user: User, factor_id: int | None, *, policy: Policy) -> str:
    """Return what kind of proof the factor is that opened a session; "" when it proves nothing."""
    shown = _old_ones(user, (*FACTORS, *CODES), policy=policy).filter(pk=factor_id).first()
    if shown is None:
        return ""
    proofs = AddressChange.Proof
    return proofs.RECOVERY_CODE if shown.type in CODES else proofs.SECOND_FACTOR


def has_old_codes(user: User, *, policy: Policy) -> bool:
    """Tell whether an account has recovery codes that were not only just made."""
    return bool(_old_ones(user, CODES, policy=policy).exists())


def newest_old_factor(user: User, *, policy: Policy) -> int:
    """Return the id of the last factor of an account that was not only just made; 0 for none."""
    old = _old_ones(user, (*FACTORS, *CODES), policy=policy)
    return old.order_by("-pk").values_list("pk", flat=True).first() or 0


def _old_ones(
    user: User, kinds: Sequence[str], *, policy: Policy
) -> QuerySet[Authenticator, Authenticator]:
    # The library writes the machine's moment, which no time machine moves (DESIGN rule 1).
    since = clock.machine() - timedelta(days=policy.address_change.factor_days)
    mine: QuerySet[Authenticator, Authenticator] = Authenticator.objects.filter(user=user)
    return mine.filter(type__in=kinds, created_at__lte=since)


def customers_at_stake(change: AddressChange) -> list[Customer]:
    """Return the customers of whom the account opens anything, oldest first.

    Not one of whom nothing is here but a name and perhaps an order: anybody orders in somebody's
    name without signing in, and would keep him from the proof of his bank by it.
    """
    mine = {"customer": OuterRef("pk")}
    return list(
        Customer.objects.filter(
            Exists(Service.objects.filter(**mine))
            | Exists(Mandate.objects.filter(**mine))
            | Exists(Invoice.objects.filter(**mine))
            | Exists(Payment.objects.filter(**mine)),
            contacts__user=change.user_id,
        ).order_by("pk")
    )


def may_prove(customers: Sequence[Customer], *, slice: EntrySlice, policy: Policy) -> bool:  # noqa: A002
    """Tell whether money from this account shows that an account of these customers is his.

    For every one of them it must be the account of the mandate that stands, on which a collection
    was settled long enough before and not taken back. Whoever gave another IBAN since proves
    nothing, with the new one or the old; nor does who shares one customer of several.
    """
    iban = normalise_iban(slice.counterparty_iban)
    last = slice.entry.booked_on - timedelta(days=policy.address_change.bank_days)
    if not customers or not iban:
        return False
    return all(_is_long_debited(customer, iban, until=last) for customer in customers)


def _is_long_debited(customer: Customer, iban: str, *, until: object) -> bool:
    settled = Collection.objects.filter(
        mandate=OuterRef("pk"), state=Collection.State.SETTLED, settled_on__lte=until
    )
    return Mandate.objects.filter(
        Exists(settled), customer=customer, iban=iban, status=Mandate.Status.ACTIVE
    ).exists()
