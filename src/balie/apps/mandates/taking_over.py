"""Take over a mandate that was given elsewhere, with the day and the reference it was given under.

What was signed lies at the source: the evidence here says where from, and names the document.
"""

import hashlib
from datetime import date, datetime

from django.db import IntegrityError, transaction

from balie.apps.customers.models import Customer
from balie.apps.mandates.actions import UnableToGiveMandate
from balie.apps.mandates.models import Mandate, MandateChange, MandateEvidence
from balie.domain.periods import add_months
from balie.domain.policy import Policy
from balie.formats.characters import reference_fault
from balie.formats.direct_debits import is_writable_name
from balie.formats.iban import is_eea_iban, normalise_iban
from balie.infra import audit
from balie.infra.audit import Actor

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 (no address is bound here: RFC 1122 calls it unspecified)


@transaction.atomic
def take_over_mandate(
    *,
    customer: Customer,
    reference: str,
    debtor_name: str,
    iban: str,
    signed_on: date,
    scheme: str,
    last_collected_on: date | None,
    needs_amendment: bool,
    source: str,
    evidence: str,
    policy: Policy,
    by: Actor,
    now: datetime,
    today: date,
) -> Mandate:
    """Record a mandate of another system. It is lapsed after 36 months without a debit, and waits
    for a person when its first debit must name what it was before.

    Raises UnableToGiveMandate when it can never be debited, or another mandate is in its place.
    """
    name = debtor_name.strip() or customer.name
    _refuse(reference=reference, name=name, iban=iban, signed_on=signed_on, today=today)
    status, reason = _standing(
        last_used=last_collected_on or signed_on,
        needs_amendment=needs_amendment,
        source=source,
        policy=policy,
        today=today,
    )
    try:
        with transaction.atomic():
            mandate = Mandate.objects.create(
                customer=customer,
                mandate_reference=reference,
                scheme=scheme,
                debtor_name=name[:70],
                iban=normalise_iban(iban),
                signed_on=signed_on,
                given_at=now,
                status=status,
                last_presented_on=last_collected_on,
            )
    except IntegrityError as error:
        msg = f"mandate {reference} is known already, or the customer has an active one; end it"
        raise UnableToGiveMandate(f"{msg} first, or leave this one out") from error
    text = f"Given on {signed_on} to the former administration ({source}). {evidence}".strip()
    _keep_evidence(mandate, text=text, source=source, by=by, now=now)
    MandateChange.objects.create(
        mandate=mandate, to_status=status, reason=reason, changed_at=now, changed_by=str(by)
    )
    audit.record(
        event="mandate.taken_over",
        by=by,
        subject=("mandate", mandate.pk),
        now=now,
        data={"reason": reason},
    )
    return mandate


def _standing(
    *, last_used: date, needs_amendment: bool, source: str, policy: Policy, today: date
) -> tuple[str, str]:
    """Return in which state it comes in, and why."""
    reason = f"taken over from {source}"
    if add_months(last_used, policy.collecting.mandate_lapse_months) <= today:
        return Mandate.Status.LAPSED, f"{reason}: not used since {last_used}"
    if needs_amendment:
        return Mandate.Status.SUSPENDED, f"{reason}: the bank must be told what changed"
    return Mandate.Status.ACTIVE, reason


def _keep_evidence(mandate: Mandate, *, text: str, source: str, by: Actor, now: datetime) -> None:
    MandateEvidence.objects.create(
        mandate=mandate,
        kind=MandateEvidence.Kind.PAPER,
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        given_by=str(by),
        email="",
        ip_address=UNKNOWN_ADDRESS,
        user_agent=f"taken over from {source}"[:400],
        recorded_at=now,
    )


def _refuse(*, reference: str, name: str, iban: str, signed_on: date, today: date) -> None:
    """Raise UnableToGiveMandate for what no bank would take."""
    if (fault := reference_fault(reference)) is not None:
        msg = f"mandate {reference!r} cannot stand in a file for the bank: {fault}"
        raise UnableToGiveMandate(f"{msg}; a new mandate is needed")
    if not is_eea_iban(iban):
        msg = "this account is outside the European Economic Area, where we cannot debit"
        raise UnableToGiveMandate(f"{msg}; leave the mandate out")
    if not is_writable_name(name):
        msg = "no letter of this name can be written in a file for the bank; use Latin letters"
        raise UnableToGiveMandate(msg)
    if signed_on > today:
        msg = f"it was signed on {signed_on}, which is still to come; correct the day"
        raise UnableToGiveMandate(msg)
