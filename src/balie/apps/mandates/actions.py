"""Give, suspend, resume, revoke a mandate; note that it was presented."""

import hashlib
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from balie.apps.customers.models import Customer, Hold
from balie.apps.customers.queries import standing_holds
from balie.apps.mandates import queries
from balie.apps.mandates.models import Mandate, MandateChange, MandateEvidence
from balie.formats.direct_debits import is_writable_name
from balie.formats.iban import is_eea_iban, is_valid_iban, normalise_iban
from balie.infra import audit, clock, sequences
from balie.infra.audit import Actor


class UnableToGiveMandate(Exception):
    """A mandate cannot be given as asked; the message says why and what to do."""


class HeldForSafety(UnableToGiveMandate):
    """The e-mail address of the customer changed just before: no new account until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(
            f"the e-mail address was changed; a mandate on another account can be given {until}"
        )
        self.until = until


@transaction.atomic
def give_mandate(
    *,
    customer: Customer,
    debtor_name: str,
    iban: str,
    text: str,
    evidence_kind: str = MandateEvidence.Kind.TICKBOX,
    email: str,
    ip_address: str,
    user_agent: str,
    by: Actor,
    now: datetime,
) -> Mandate:
    """Record a mandate with its evidence; one that stood before, suspended or not, is revoked.

    Raises UnableToGiveMandate when the IBAN is wrong or outside the EEA, or the name is missing or
    cannot be written in a file for the bank; HeldForSafety for an account that is new to us while
    the customer has a hold on that.
    """
    number = _usable_iban(iban, debtor_name=debtor_name)
    _refuse_while_held(customer, iban=number, now=now)
    # The number first: who takes it at the same moment waits here, and then sees what stands.
    count = sequences.next_number(f"mandate:{customer.number}")
    for former in queries.standing_mandates(customer):
        change_status(
            mandate=former,
            to_status=Mandate.Status.REVOKED,
            reason="replaced by a new mandate",
            by=by,
            now=now,
        )
    mandate = Mandate.objects.create(
        customer=customer,
        mandate_reference=f"BAL-{customer.number}-{count}",
        debtor_name=debtor_name.strip()[:70],
        iban=number,
        signed_on=clock.local(now).date(),
        given_at=now,
    )
    MandateEvidence.objects.create(
        mandate=mandate,
        kind=evidence_kind,
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        given_by=str(by),
        email=email,
        ip_address=ip_address,
        user_agent=user_agent[:400],
        recorded_at=now,
    )
    _record(mandate, to_status=Mandate.Status.ACTIVE, reason="given", by=by, now=now)
    return mandate


def _refuse_while_held(customer: Customer, *, iban: str, now: datetime) -> None:
    """Refuse an account that is not that of the mandate which stands (guide: safety, A1, A32)."""
    holds = standing_holds(customer, now=now).filter(blocks=Hold.Blocks.NEW_IBAN)
    ends = [hold.until_at for hold in holds if hold.until_at is not None]
    if ends and iban not in {one.iban for one in queries.standing_mandates(customer)}:
        raise HeldForSafety(max(ends))


def _usable_iban(iban: str, *, debtor_name: str) -> str:
    """Return the IBAN as it is kept; UnableToGiveMandate when it cannot be debited."""
    number = normalise_iban(iban)
    if not is_valid_iban(number):
        msg = "this IBAN is not right: its check digits do not fit; compare it with your bank card"
        raise UnableToGiveMandate(msg)
    if not is_eea_iban(number):
        msg = "this account is outside the European Economic Area, where we cannot debit; transfer"
        raise UnableToGiveMandate(f"{msg} the amounts instead")
    if not debtor_name.strip():
        msg = "the name of the account holder is missing; fill it in as your bank knows it"
        raise UnableToGiveMandate(msg)
    if not is_writable_name(debtor_name):
        msg = "no letter of this name can be written in a file for the bank; use Latin letters"
        raise UnableToGiveMandate(msg)
    return number


@transaction.atomic
def change_status(
    *, mandate: Mandate, to_status: str, reason: str, by: Actor, now: datetime
) -> Mandate:
    """Suspend, resume, revoke or lapse a mandate. A revoked or lapsed one never comes back.

    Raises UnableToGiveMandate when it would be the customer's second active one.
    """
    ended = [Mandate.Status.REVOKED, Mandate.Status.LAPSED]
    changeable = Mandate.objects.filter(pk=mandate.pk).exclude(status__in=[*ended, to_status])
    try:
        with transaction.atomic():
            changed = changeable.update(status=to_status)
    except IntegrityError as error:
        msg = "the customer gave another mandate since; revoke that one first"
        raise UnableToGiveMandate(msg) from error
    mandate.refresh_from_db()
    if changed:
        _record(mandate, to_status=to_status, reason=reason, by=by, now=now)
    return mandate


def mark_presented(*, mandates: list[int], on: date) -> None:
    """Note the last day on which mandates (by id) were presented to the bank; never backwards."""
    Mandate.objects.filter(
        Q(last_presented_on__isnull=True) | Q(last_presented_on__lt=on), pk__in=mandates
    ).update(last_presented_on=on)


def _record(mandate: Mandate, *, to_status: str, reason: str, by: Actor, now: datetime) -> None:
    MandateChange.objects.create(
        mandate=mandate, to_status=to_status, reason=reason, changed_at=now, changed_by=str(by)
    )
    audit.record(
        event=f"mandate.{to_status}",
        by=by,
        subject=("mandate", mandate.pk),
        now=now,
        data={"reason": reason},
    )
