"""Ask the register about customers' VAT numbers, and keep every answer as evidence."""

from datetime import datetime

from django.db import transaction

from balie.apps.billing import queries
from balie.apps.billing.models import VatNumberCheck
from balie.apps.billing.vat_numbers import NoAnswer, VatRegister
from balie.apps.customers.models import Customer
from balie.apps.promises import queries as policies
from balie.domain.vat_treatment import EU_COUNTRIES, compact_number, is_sound_number
from balie.infra import audit
from balie.infra.audit import Actor

AT_ONCE = 200


def check_vat_number(
    *, customer: Customer, register: VatRegister, by: Actor, now: datetime
) -> VatNumberCheck:
    """Check the VAT number of a customer and keep what came out.

    A number whose check digits or country are wrong is invalid without asking. No answer is kept as
    unknown: an older answer goes on counting as long as the policy says.
    """
    number = compact_number(customer.vat_number)
    reference = holder = ""
    outcome = VatNumberCheck.Outcome.INVALID
    if is_sound_number(number, country=customer.country):
        company = policies.policy_in_force(now=now).company
        try:
            answer = register.ask(number, asked_by=company.vat_number)
        except NoAnswer as error:
            outcome, reference = VatNumberCheck.Outcome.UNKNOWN, str(error)[:60]
        else:
            reference, holder = answer.reference, answer.holder
            if answer.is_valid:
                outcome = VatNumberCheck.Outcome.VALID
    return _keep(customer, number, outcome, reference=reference, holder=holder, by=by, now=now)


@transaction.atomic
def _keep(
    customer: Customer,
    number: str,
    outcome: VatNumberCheck.Outcome,
    *,
    reference: str,
    holder: str,
    by: Actor,
    now: datetime,
) -> VatNumberCheck:
    check = VatNumberCheck.objects.create(
        customer=customer,
        vat_number=number[:20],
        outcome=outcome,
        reference=reference,
        holder=holder,
        asked_at=now,
        asked_by=str(by),
    )
    audit.record(
        event="vat_number.checked",
        by=by,
        subject=("customer", customer.pk),
        now=now,
        data={"outcome": str(outcome), "reference": reference},
    )
    return check


def check_due_vat_numbers(
    *, register: VatRegister | None, by: Actor, now: datetime, limit: int = AT_ONCE
) -> list[VatNumberCheck]:
    """Check the numbers of businesses elsewhere in the EU that have no standing answer.

    At most `limit` in one go; who was asked about today is not asked about again. Without a
    register nobody is asked, and those customers are charged our VAT.
    """
    if register is None:
        return []
    policy = policies.policy_in_force(now=now)
    abroad = EU_COUNTRIES - {policy.company.country}
    wanted = Customer.objects.filter(
        kind=Customer.Kind.BUSINESS, country__in=abroad, vat_number__gt=""
    ).order_by("pk")
    standing = queries.standing_checks([*wanted], days=policy.vat.number_days, now=now)
    today = now.date()
    asked = set(
        VatNumberCheck.objects.filter(asked_at__date=today).values_list("customer_id", flat=True)
    )
    due = [one for one in wanted if one.pk not in standing and one.pk not in asked]
    return [
        check_vat_number(customer=customer, register=register, by=by, now=now)
        for customer in due[:limit]
    ]
