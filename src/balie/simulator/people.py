"""Who the fictional company serves and employs, drawn from a seed through the real actions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from balie.apps.customers import actions as customers
from balie.apps.customers.models import Customer, CustomerContact, Employee
from balie.apps.mandates import actions as mandates
from balie.apps.mandates.queries import mandate_text
from balie.apps.promises.queries import policy_in_force
from balie.apps.services import actions as services
from balie.apps.services.models import Domain, Product, Term
from balie.infra import clock
from balie.infra.audit import SYSTEM, Actor
from balie.simulator import words

STAFF = (
    ("Marit Hoekstra", "marit@delinde.example", Employee.Role.AGENT),
    ("Joris Feenstra", "joris@delinde.example", Employee.Role.FINANCE),
    ("Samira Yildiz", "samira@delinde.example", Employee.Role.ADMIN),
)
# code, Dutch, English, per month, per year, needs a domain, has a panel
CATALOGUE = (
    ("hosting-klein", "Hosting Klein", "Hosting Small", 495, 4950, True, True),
    ("hosting-midden", "Hosting Midden", "Hosting Medium", 995, 9950, True, True),
    ("hosting-groot", "Hosting Groot", "Hosting Large", 1995, 19950, True, True),
    ("domein-nl", "Domeinnaam .nl", "Domain name .nl", None, 995, True, False),
    ("back-up", "Dagelijkse back-up", "Daily backup", 250, 2500, False, False),
)


@dataclass(frozen=True, kw_only=True)
class Persona:
    """How a customer behaves: pays by debit or transfer, and what tends to go wrong.

    `habit` is steady, poor (AM04 now and then), angry (charges back), closed (AC04 once),
    messy (quotes badly), late (transfers late) or silent (does not pay).
    """

    customer_id: int
    iban: str
    habit: str


def appoint_staff(*, now: datetime) -> list[Employee]:
    """Appoint the three employees a visitor can sign in as."""
    return [
        customers.register_employee(name=name, email=email, role=role, by=SYSTEM, now=now)
        for name, email, role in STAFF
    ]


def fill_catalogue(*, now: datetime) -> dict[str, Product]:
    """Put the products in the catalogue."""
    return {
        code: services.add_product(
            code=code,
            name_nl=name_nl,
            name_en=name_en,
            monthly_cents=monthly,
            yearly_cents=yearly,
            needs_domain=needs_domain,
            has_panel=has_panel,
            by=SYSTEM,
            now=now,
        )
        for code, name_nl, name_en, monthly, yearly, needs_domain, has_panel in CATALOGUE
    }


HABITS = ("steady",) * 54 + ("poor",) * 14 + ("angry",) * 5 + ("closed",) * 3
TRANSFER_HABITS = ("exact",) * 8 + ("messy",) * 8 + ("late",) * 4 + ("silent",) * 2


def settle_in(
    index: int, *, catalogue: dict[str, Product], chance: Random, now: datetime
) -> Persona:
    """Let one customer come in: register, contact, domain, services, and mostly a mandate."""
    contact_name = f"{chance.choice(words.FIRST_NAMES)} {chance.choice(words.LAST_NAMES)}"
    is_business = chance.random() < 0.6
    name = (
        f"{chance.choice(words.TRADES)} {chance.choice(words.FANCIES)}"
        if is_business
        else contact_name
    )
    customer = _register(name, is_business=is_business, chance=chance, now=now)
    email = f"{_slug(contact_name)}.{index}@klant.example"
    contact = customers.register_contact(
        customer=customer,
        name=contact_name,
        email=email,
        role=CustomerContact.Role.OWNER,
        language="en" if chance.random() < 0.08 else "nl",
        by=SYSTEM,
        now=now,
    )
    _start_services(customer, name, index, catalogue=catalogue, chance=chance, now=now)
    iban = dutch_iban(chance)
    pays_by_debit = chance.random() < 0.7
    if pays_by_debit:
        give_mandate(
            customer,
            iban=iban,
            debtor_name=contact_name,
            email=email,
            by=Actor("contact", contact.pk, contact.name),
            now=now,
        )
    habit = chance.choice(HABITS if pays_by_debit else TRANSFER_HABITS)
    return Persona(customer_id=customer.pk, iban=iban, habit=habit)


def give_mandate(
    customer: Customer, *, iban: str, debtor_name: str, email: str, by: Actor, now: datetime
) -> None:
    """Give a mandate the way the portal does."""
    policy = policy_in_force(now=now)
    mandates.give_mandate(
        customer=customer,
        debtor_name=debtor_name,
        iban=iban,
        text=mandate_text(policy=policy, language="nl"),
        email=email,
        ip_address="192.0.2.17",
        user_agent="simulated customer",
        by=by,
        now=now,
    )


def dutch_iban(chance: Random) -> str:
    """Return an invented Dutch IBAN with right check digits."""
    bank = chance.choice(words.BANKS)
    account = f"{chance.randrange(10**10):010d}"
    digits = "".join(str(int(letter, 36)) for letter in f"{bank}{account}NL00")
    return f"NL{98 - int(digits) % 97:02d}{bank}{account}"


def _register(name: str, *, is_business: bool, chance: Random, now: datetime) -> Customer:
    postcode, city = chance.choice(words.CITIES)
    letters = "".join(chance.choice("ABCDEGHJKLMNPRSTVWXZ") for _ in range(2))
    return customers.register_customer(
        name=name,
        kind=Customer.Kind.BUSINESS if is_business else Customer.Kind.CONSUMER,
        street=chance.choice(words.STREETS),
        house_number=str(chance.randrange(1, 240)),
        postcode=f"{postcode} {letters}",
        city=city,
        by=SYSTEM,
        now=now,
    )


def _start_services(
    customer: Customer,
    name: str,
    index: int,
    *,
    catalogue: dict[str, Product],
    chance: Random,
    now: datetime,
) -> None:
    order = services.place_order(customer=customer, by=SYSTEM, now=now)
    domain = services.register_domain(
        customer=customer, name=f"{_slug(name)}{index}.nl", by=SYSTEM, now=now
    )
    # Spread over four weeks, so that every day of the month has its invoices.
    started_on = clock.local(now).date() + timedelta(days=chance.randrange(28))
    term = Term.MONTH if chance.random() < 0.8 else Term.YEAR
    code = chance.choice(("hosting-klein", "hosting-klein", "hosting-midden", "hosting-groot"))
    wanted: list[tuple[str, Term, Domain | None, str | None]] = [
        (code, term, domain, f"{_slug(name)[:8]}{index}")
    ]
    if chance.random() < 0.5:
        wanted.append(("domein-nl", Term.YEAR, domain, None))
    if chance.random() < 0.3:
        wanted.append(("back-up", term, None, None))
    for product_code, product_term, product_domain, user_name in wanted:
        services.start_service(
            customer=customer,
            product=catalogue[product_code],
            term=product_term,
            started_on=started_on,
            domain=product_domain,
            order=order,
            panel_user_name=user_name,
            by=SYSTEM,
            now=now,
        )


def _slug(text: str) -> str:
    kept = "".join(letter for letter in text.lower() if letter.isascii() and letter.isalnum())
    return kept or "klant"
