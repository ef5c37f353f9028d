"""The mails about orders and services. A one-use link exists only while its mail is rendered."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from balie.apps.billing.mails import send_to_customer
from balie.apps.billing.models import Invoice
from balie.apps.credentials import mails as credentials_mails
from balie.apps.credentials import queries as credentials
from balie.apps.credentials.models import RecoveryLink
from balie.apps.customers.models import Customer, User
from balie.apps.office import mail_kinds
from balie.apps.office.ordering import withdraw_until
from balie.apps.promises import queries as policies
from balie.apps.services import queries as services
from balie.apps.services.models import Ending, Order, PlannedChange, Service, Term
from balie.domain.money import format_euro
from balie.formats.iban import spaced_iban
from balie.infra import mail, mail_texts, outbox
from balie.infra.models import OutboxRow
from balie.infra.outbox import Delivery, Refusal
from balie.infra.templatetags.moments import day_words, moment_words

# The few words inside a value; what surrounds them is the text of the mail.
WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        Term.MONTH: "per maand",
        Term.YEAR: "per jaar",
        "without_vat": "zonder btw",
        "setup": "eenmalig",
        "renews": "verlengd op {} voor {} zonder btw",
        "withdraw": "U kunt deze overeenkomst tot en met {} herroepen in uw klantomgeving, onder"
        " Diensten.",
    },
    "en": {
        Term.MONTH: "per month",
        Term.YEAR: "per year",
        "without_vat": "without VAT",
        "setup": "once",
        "renews": "renewed on {} for {} without VAT",
        "withdraw": "You may withdraw from this contract until {} inclusive in your customer area,"
        " under Services.",
    },
}


def register() -> None:
    """Tell the outbox who sends these kinds, and what they say."""
    mail_kinds.register()
    outbox.register("order-received", sender=send_order)
    outbox.register(
        "order-accepted",
        sender=send_accepted,
        may_send=may_send_accepted,
        on_accepted=credentials_mails.keep_promise,
        on_bounced=credentials_mails.reopen_promise,
    )
    outbox.register("order-refused", sender=send_order)
    outbox.register("service-cancelled", sender=send_ending)
    outbox.register("withdrawal-receipt", sender=send_ending)
    outbox.register("plan-changed", sender=send_plan)
    outbox.register("price-announced", sender=send_price, may_send=may_send_price)
    outbox.register("renewal-announced", sender=send_services, may_send=may_send_renewal)
    outbox.register("services-suspended", sender=send_suspended, may_send=may_send_suspended)
    outbox.register("services-resumed", sender=send_services)


def may_send_accepted(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse a link to an address that changed meanwhile, or to a closed or held account."""
    link = RecoveryLink.objects.select_related("user").get(pk=row.payload["link"])
    if link.user.email_changed_at > link.issued_at:
        return Refusal("the address on file changed after the order")
    return credentials_mails.refuse_account(link.user, now=now)


def send_order(row: OutboxRow, now: datetime) -> Delivery:
    """Tell who ordered that the order is here, or why it is not carried out."""
    order = Order.objects.select_related("customer").get(pk=row.payload["order"])
    user = User.objects.get(pk=row.recipient_id)
    language = _language(user)
    values = {"bestelling": _ordered(order, language)}
    if row.kind == "order-refused":
        values["reden"] = order.refused_because
        values["telefoon"] = policies.policy_in_force(now=now).phone.number
    else:
        values["herroepen"] = _withdrawable(order, language, now=now)
    return _send(row, user, values, language=language, now=now)


def send_accepted(row: OutboxRow, now: datetime) -> Delivery:
    """Mail user names and the one-use link to the address on file, with what was ordered."""
    order = Order.objects.select_related("customer").get(pk=row.payload["order"])
    link = RecoveryLink.objects.select_related("user").get(pk=row.payload["link"])
    language = _language(link.user)
    panels = services.user_names_of(link.user)
    values = {
        "bestelling": _ordered(order, language),
        "gebruikersnaam": link.user.email,
        "panelen": "\n".join(f"{panel}: {user_name}" for panel, user_name in panels),
        "link": credentials.link_address(link.nonce),
        "geldig_tot": moment_words(link.expires_at, language=language),
        "inloglink": f"{settings.BALIE_BASE_URL.rstrip('/')}/inloggegevens/",
        "herroepen": _withdrawable(order, language, now=now),
    }
    return _send(row, link.user, values, language=language, now=now)


def send_ending(row: OutboxRow, now: datetime) -> Delivery:
    """Give the receipt of a cancellation or withdrawal: content, date and time (6:230oa BW)."""
    endings = Ending.objects.select_related("service__product", "service__domain")
    ending = endings.get(pk=row.payload["ending"])

    def values(language: str) -> dict[str, str]:
        return {
            "dienst": service_words(ending.service, language),
            "ontvangen_op": moment_words(ending.asked_at, language=language),
            "eindigt_op": day_words(ending.ends_on, language=language),
            "terug": format_euro(ending.credit_cents, language=language),
        }

    return send_to_customer(row.kind, row, _customer(row), values, now=now)


def send_plan(row: OutboxRow, now: datetime) -> Delivery:
    """Confirm a change of plan: from when, at what price, and what comes on top now."""
    change = _change(row)
    difference = int(str(row.payload["difference_cents"]))

    def values(language: str) -> dict[str, str]:
        return {
            "oud": _name(change.old_product.name_nl, change.old_product.name_en, language),
            "nieuw": _name(change.product.name_nl, change.product.name_en, language),
            "vanaf": day_words(change.from_on, language=language),
            "prijs": format_euro(change.price_cents, language=language),
            "verschil": format_euro(difference, language=language),
        }

    return send_to_customer(row.kind, row, _customer(row), values, now=now)


def may_send_price(row: OutboxRow, now: datetime) -> Refusal | None:
    """Announce no price that was taken back."""
    return Refusal("the change was taken back") if _change(row).taken_back_at else None


def send_price(row: OutboxRow, now: datetime) -> Delivery:
    """Announce another price for a service."""
    change = _change(row)

    def values(language: str) -> dict[str, str]:
        return {
            "dienst": service_words(change.service, language),
            "vanaf": day_words(change.from_on, language=language),
            "oude_prijs": format_euro(change.old_price_cents, language=language),
            "prijs": format_euro(change.price_cents, language=language),
            "dienstenlink": _services_link(),
        }

    return send_to_customer(row.kind, row, _customer(row), values, now=now)


def may_send_renewal(row: OutboxRow, now: datetime) -> Refusal | None:
    """Announce nothing when all of it was cancelled meanwhile."""
    return None if _services(row).filter(ended_on__isnull=True) else Refusal("cancelled meanwhile")


def send_services(row: OutboxRow, now: datetime) -> Delivery:
    """Announce renewals, or say that services run again."""
    found = list(_services(row))
    renews = row.kind == "renewal-announced"
    if renews:
        found = [service for service in found if service.ended_on is None]

    def values(language: str) -> dict[str, str]:
        lines = [
            _renewal(one, language) if renews else service_words(one, language) for one in found
        ]
        link = {"dienstenlink": _services_link()} if renews else {}
        return {"diensten": "\n".join(lines), **link}

    return send_to_customer(row.kind, row, _customer(row), values, now=now)


def may_send_suspended(row: OutboxRow, now: datetime) -> Refusal | None:
    """Say nothing of what was paid before the mail left."""
    invoice = Invoice.objects.get(pk=row.payload["invoice"])
    return None if invoice.open_cents else Refusal("the invoice was paid")


def send_suspended(row: OutboxRow, now: datetime) -> Delivery:
    """Say which services stand still, for which invoice, and how to pay it."""
    invoice = Invoice.objects.get(pk=row.payload["invoice"])
    policy = policies.policy_in_force(now=now)
    found = list(_services(row))

    def values(language: str) -> dict[str, str]:
        return {
            "factuurnummer": invoice.number,
            "diensten": "\n".join(service_words(one, language) for one in found),
            "bedrag": format_euro(invoice.open_cents, language=language),
            "rekeningnummer": spaced_iban(policy.company.iban),
            "tenaamstelling": policy.company.name,
            "kenmerk": spaced_iban(invoice.payment_reference),
            "telefoon": policy.phone.number,
        }

    return send_to_customer(row.kind, row, _customer(row), values, now=now)


def service_words(service: Service, language: str) -> str:
    """Return a service as a mail names it: the product, and its domain name."""
    name = _name(service.product.name_nl, service.product.name_en, language)
    return f"{name}, {service.domain.name}" if service.domain else name


def _renewal(service: Service, language: str) -> str:
    words = WORDS[language]["renews"].format(
        day_words(service.next_period_start, language=language),
        format_euro(service.price_cents, language=language),
    )
    return f"{service_words(service, language)}: {words}"


def _ordered(order: Order, language: str) -> str:
    words = WORDS[language]
    lines = []
    for line in services.lines_of(order):
        name = _name(line.product.name_nl, line.product.name_en, language)
        domain = f" ({line.domain_name})" if line.domain_name else ""
        price = f"{format_euro(line.price_cents, language=language)} {words[line.term]}"
        setup = (
            f", {words['setup']} {format_euro(line.setup_cents, language=language)}"
            if line.setup_cents
            else ""
        )
        lines.append(f"{name}{domain}: {price}{setup}, {words['without_vat']}")
    return "\n".join(lines)


def _withdrawable(order: Order, language: str, *, now: datetime) -> str:
    until = withdraw_until(order, policy=policies.policy_in_force(now=now))
    if until is None:
        return ""
    return WORDS[language]["withdraw"].format(day_words(until, language=language))


def _send(
    row: OutboxRow, user: User, values: Mapping[str, str], *, language: str, now: datetime
) -> Delivery:
    company = policies.policy_in_force(now=now).company
    contact = getattr(user, "contact", None)
    name = contact.name if contact else user.email
    whole = {**values, "naam": name, "bedrijf": company.trade_name}
    subject, text = mail_texts.write(row.kind, language=language, values=whole)
    letter = mail.Mail(
        to_name=name, to_address=user.email, subject=subject, text=text, language=language
    )
    return mail.deliver(letter, message_id=row.message_id, now=now)


def _services(row: OutboxRow) -> QuerySet[Service]:
    found = Service.objects.filter(pk__in=row.payload["services"])
    return found.select_related("product", "domain").order_by("pk")


def _change(row: OutboxRow) -> PlannedChange:
    changes = PlannedChange.objects.select_related(
        "service__product", "service__domain", "product", "old_product"
    )
    return changes.get(pk=row.payload["change"])


def _customer(row: OutboxRow) -> Customer:
    return Customer.objects.get(pk=row.recipient_id)


def _services_link() -> str:
    return f"{settings.BALIE_BASE_URL.rstrip('/')}/klant/diensten/"


def _name(nl: str, en: str, language: str) -> str:
    return en if language == "en" else nl


def _language(user: User) -> str:
    return "en" if user.language == "en" else "nl"
