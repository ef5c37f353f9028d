"""Reads about mandates: which one is active, and whether it may be collected on."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, When

from balie.apps.customers.models import Customer
from balie.apps.mandates.models import Mandate
from balie.domain.periods import add_months
from balie.domain.policy import Policy
from balie.formats.direct_debits import is_writable_name
from balie.formats.iban import is_eea_iban, is_valid_iban

TEXT = {
    "nl": (
        "SEPA-machtiging doorlopende incasso. Door dit formulier te bevestigen geeft u toestemming "
        "aan {company} (incassant-ID {creditor_identifier}, {address}) om doorlopende "
        "incasso-opdrachten te sturen naar uw bank om een bedrag van uw rekening af te schrijven "
        "wegens de diensten die u afneemt, en aan uw bank om doorlopend een bedrag van uw rekening "
        "af te schrijven overeenkomstig de opdracht van {company}. Bent u het niet eens met deze "
        "afschrijving, dan kunt u deze laten terugboeken. Neem hiervoor binnen {weeks} weken na "
        "afschrijving contact op met uw bank. Vraag uw bank naar de voorwaarden."
    ),
    "en": (
        "SEPA Direct Debit mandate, recurrent. By confirming this form you authorise {company} "
        "(creditor identifier {creditor_identifier}, {address}) to send instructions to your bank "
        "to debit your account for the services you use, and your bank to debit your account in "
        "accordance with the instructions from {company}. You are entitled to a refund from your "
        "bank. A refund must be claimed within {weeks} weeks starting from the date on which your "
        "account was debited. Ask your bank for the conditions."
    ),
}


@dataclass(frozen=True)
class Obstacle:
    """Why a mandate may not be collected on."""

    code: str


def active_mandate(customer: Customer) -> Mandate | None:
    """Return the mandate a customer gave and that still stands, or None."""
    return Mandate.objects.filter(customer=customer, status=Mandate.Status.ACTIVE).first()


def standing_mandates(customer: Customer) -> list[Mandate]:
    """Return the mandates of a customer that were not ended: active or suspended, oldest first."""
    standing = [Mandate.Status.ACTIVE, Mandate.Status.SUSPENDED]
    return list(Mandate.objects.filter(customer=customer, status__in=standing).order_by("pk"))


def latest_mandate(customer: Customer) -> Mandate | None:
    """Return the mandate the desk looks at: the active one, else the last one given, or None."""
    return (
        Mandate.objects.filter(customer=customer)
        .order_by(Case(When(status=Mandate.Status.ACTIVE, then=0), default=1), "-pk")
        .first()
    )


def active_mandates(*, customer_ids: Collection[int] | None = None) -> dict[int, Mandate]:
    """Return active mandates by customer id, in one query: all, or those of some customers."""
    found = Mandate.objects.filter(status=Mandate.Status.ACTIVE)
    if customer_ids is not None:
        found = found.filter(customer_id__in=customer_ids)
    return {mandate.customer_id: mandate for mandate in found}


def obstacle_to_collect(mandate: Mandate, *, on: date, policy: Policy) -> Obstacle | None:
    """Return what stands in the way of collecting on a day, or None (guide: bank, 2.5)."""
    return next(_obstacles(mandate, on=on, policy=policy), None)


def _obstacles(mandate: Mandate, *, on: date, policy: Policy) -> Iterator[Obstacle]:
    if mandate.status != Mandate.Status.ACTIVE:
        yield Obstacle("not_active")
    if mandate.signed_on > on:
        yield Obstacle("signed_later")
    if not is_valid_iban(mandate.iban):
        yield Obstacle("iban")
    elif not is_eea_iban(mandate.iban):
        yield Obstacle("outside_eea")
    if not is_writable_name(mandate.debtor_name):
        yield Obstacle("name")
    last_used = mandate.last_presented_on or mandate.signed_on
    if add_months(last_used, policy.collecting.mandate_lapse_months) <= on:
        yield Obstacle("lapsed")


def mandate_text(*, policy: Policy, language: str) -> str:
    """Return the authorisation text shown and kept as evidence, its figures from the policy."""
    company = policy.company
    text = TEXT[language].format(
        company=company.name,
        creditor_identifier=company.creditor_identifier,
        address=f"{company.street} {company.house_number}, {company.postcode} {company.city}",
        weeks=policy.collecting.refund_days // 7,
    )
    return text.replace("..", ".")  # a name on "B.V." ends its sentence by itself
