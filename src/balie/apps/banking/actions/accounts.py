"""Register an account of ours with the balance from which its statements go on."""

from datetime import datetime

from django.db import IntegrityError, transaction

from balie.apps.banking.models import BankAccount
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line, book
from balie.formats.iban import normalise_iban
from balie.infra import audit, clock
from balie.infra.audit import Actor


class UnableToRegisterAccount(Exception):
    """An account cannot be registered as asked; the message says why and what to do."""


@transaction.atomic
def register_account(
    *, iban: str, name: str, opening_cents: int, by: Actor, now: datetime
) -> BankAccount:
    """Register an account of ours; its opening balance is booked against the opening account.

    `iban` may be the number of an old domestic account. Raises UnableToRegisterAccount when the
    account is registered already: its balance then follows from its statements.
    """
    try:
        with transaction.atomic():
            account = BankAccount.objects.create(
                iban=normalise_iban(iban),
                name=name[:70],
                opening_cents=opening_cents,
                registered_at=now,
                registered_by=str(by),
            )
    except IntegrityError as error:
        raise UnableToRegisterAccount(
            f"{iban} is registered already; import its statements"
        ) from error
    if opening_cents:
        book(
            key=f"bank-opening:{account.pk}",
            booked_on=clock.local(now).date(),
            description=f"Opening balance {account.iban}",
            lines=[
                Line(accounts.BANK, opening_cents),
                Line(accounts.OPENING, -opening_cents),
            ],
            now=now,
        )
    audit.record(
        event="bank-account.registered",
        by=by,
        subject=("bank-account", account.pk),
        now=now,
        data={"opening_cents": opening_cents},
    )
    return account
