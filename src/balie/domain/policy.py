"""The policy: every figure that the FAQ page promises and the engine keeps, in one frozen object.

`Policy()` is the shipped example, a fictional hosting company. A section is a table of the TOML
file with the same name; what a file leaves out keeps the value of the example. A policy that
exists is valid: making one that is not raises InvalidPolicy with all its faults.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from stdnum import bic, iban
from stdnum.eu import at_02
from stdnum.nl import btw

from balie.domain.policy_address import AddressChanges
from balie.domain.policy_desk import Desk
from balie.domain.policy_kinds import (
    Choice,
    Fault,
    Flag,
    InvalidPolicy,
    Percentage,
    Text,
    Timezone,
    Whole,
)
from balie.domain.policy_money import Invoices, Vat
from balie.domain.policy_orders import Orders
from balie.domain.policy_panels import Panels
from balie.domain.policy_privacy import Privacy
from balie.domain.policy_section import Rule, Section, Table
from balie.domain.policy_times import Block, Blocks, Clock, Dates, Menu, MenuChoice

__all__ = [
    "AddressChanges",
    "Answers",
    "Billing",
    "Block",
    "Collecting",
    "Company",
    "Credentials",
    "Desk",
    "Fault",
    "Holidays",
    "InvalidPolicy",
    "Invoices",
    "MenuChoice",
    "Office",
    "Orders",
    "Panels",
    "Phone",
    "Policy",
    "Privacy",
    "Transfers",
    "Vat",
    "WeekHours",
]

_ADDRESS_CHANGES = AddressChanges()
_DESK = Desk()
_VAT = Vat()
_INVOICES = Invoices()
_ORDERS = Orders()
_PANELS = Panels()
_PRIVACY = Privacy()
_OFFICE_DAY: tuple[Block, ...] = ((time(9), time(17)),)


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


_HOST = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
_is_email = _matches(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@" + _HOST)
_is_website = _matches(f"https://{_HOST}(/[A-Za-z0-9._~/?#=&%+-]*)?")
_is_country = _matches(r"[A-Z]{2}")
_is_phone_number = _matches(r"\+?(?:[ ()-]*[0-9]){3,15}")
_is_kvk_number = _matches(r"[0-9]{8}")
_is_series = _matches(r"[A-Z]{1,4}")


@dataclass(frozen=True, kw_only=True)
class Company(Section):
    """Who sells and collects; the figures under the invoice and in the mandate."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            names=("bic", "iban"),
            holds=lambda bic, iban: bic[4:6] == iban[:2],
            problem="is of a bank in another country than the IBAN",
            remedy="write the BIC of the bank that holds the IBAN",
        ),
    )

    name: Annotated[str, Text(example="Voorbeeld B.V.")] = "Hostingbedrijf De Linde B.V."
    trade_name: Annotated[str, Text(example="Voorbeeld Hosting")] = "De Linde Hosting"
    street: Annotated[str, Text(example="Dorpsstraat")] = "Linde"
    house_number: Annotated[str, Text(example="1", most=16)] = "1"
    postcode: Annotated[str, Text(example="8999 ZZ", most=16)] = "8999 ZZ"
    city: Annotated[str, Text(example="Leeuwarden", most=35)] = "Leeuwarden"
    country: Annotated[
        str, Text(example="NL", what="a country code of two capitals", valid=_is_country)
    ] = "NL"
    email: Annotated[
        str, Text(example="helpdesk@voorbeeld.example", what="an e-mail address", valid=_is_email)
    ] = "helpdesk@delinde.example"
    website: Annotated[
        str,
        Text(
            example="https://www.voorbeeld.example",
            what="a web address that begins with https://",
            valid=_is_website,
        ),
    ] = "https://www.delinde.example"
    iban: Annotated[
        str,
        Text(
            example="NL02ABNA0123456789",
            what="an IBAN with right check digits, in capitals without spaces",
            valid=lambda text: text == iban.compact(text) and iban.is_valid(text),
        ),
    ] = "NL02ABNA0123456789"
    bic: Annotated[
        str,
        Text(
            example="ABNANL2A",
            what="a BIC of 8 or 11 capitals and digits",
            valid=lambda text: text == bic.compact(text) and bic.is_valid(text),
        ),
    ] = "ABNANL2A"
    creditor_identifier: Annotated[
        str,
        Text(
            example="NL95ZZZ012345670000",
            what="a creditor identifier with right check digits, in capitals without spaces",
            valid=lambda text: text == at_02.compact(text) and at_02.is_valid(text),
        ),
    ] = "NL95ZZZ012345670000"
    vat_number: Annotated[
        str,
        Text(
            example="NL123456782B01",
            what="a Dutch VAT number with right check digits, without spaces",
            valid=lambda text: text == f"NL{btw.compact(text)}" and btw.is_valid(text),
        ),
    ] = "NL123456782B01"
    kvk_number: Annotated[
        str,
        Text(
            example="01234567",
            what="a chamber-of-commerce number of 8 digits",
            valid=_is_kvk_number,
        ),
    ] = "01234567"


@dataclass(frozen=True, kw_only=True)
class Answers(Section):
    """When a question is answered: guaranteed, the same day, and usually."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            names=("usual_minutes", "guarantee_hours"),
            holds=lambda usual_minutes, guarantee_hours: usual_minutes <= guarantee_hours * 60,
            problem="makes the usual answer later than the guaranteed one",
            remedy="write fewer minutes, or more guarantee_hours",
        ),
    )

    guarantee_hours: Annotated[int, Whole(least=1, most=720, unit="elapsed hours")] = 24
    same_day_cutoff: Annotated[time, Clock()] = time(20)
    usual_minutes: Annotated[int, Whole(least=1, most=1440, unit="office minutes")] = 60


@dataclass(frozen=True, kw_only=True)
class WeekHours(Section):
    """Opening hours per day of the week: blocks of (opens, closes); an empty day is closed.

    Closing is exclusive. A closing time of 00:00 is midnight at the end of the day ("24:00").
    As everywhere, a day that a file leaves out keeps its default; `saturday = []` closes a day.
    """

    monday: Annotated[tuple[Block, ...], Blocks()] = _OFFICE_DAY
    tuesday: Annotated[tuple[Block, ...], Blocks()] = _OFFICE_DAY
    wednesday: Annotated[tuple[Block, ...], Blocks()] = _OFFICE_DAY
    thursday: Annotated[tuple[Block, ...], Blocks()] = _OFFICE_DAY
    friday: Annotated[tuple[Block, ...], Blocks()] = _OFFICE_DAY
    saturday: Annotated[tuple[Block, ...], Blocks()] = ()
    sunday: Annotated[tuple[Block, ...], Blocks()] = ()

    @property
    def by_weekday(self) -> tuple[tuple[Block, ...], ...]:
        """The seven days from Monday on, as `date.weekday()` counts them."""
        return (
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
            self.saturday,
            self.sunday,
        )


@dataclass(frozen=True, kw_only=True)
class Office(Section):
    """When the desk is staffed, on the wall clock of its time zone."""

    timezone: Annotated[
        str, Timezone(example="Europe/Amsterdam", what="the name of a time zone")
    ] = "Europe/Amsterdam"
    hours: Annotated[WeekHours, Table(WeekHours)] = WeekHours()


@dataclass(frozen=True, kw_only=True)
class Holidays(Section):
    """Which days besides the fixed Dutch holidays are no working days.

    `liberation_day` (5 May) counts "always", "never", or in "lustrum" years, divisible by five.
    With `close_early` the office closes at `early_closing` on 24 and 31 December; those stay
    working days, and the same-day cut-off does not move.
    """

    good_friday: Annotated[bool, Flag()] = False
    liberation_day: Annotated[str, Choice(options=("lustrum", "always", "never"))] = "lustrum"
    close_early: Annotated[bool, Flag()] = False
    early_closing: Annotated[time, Clock()] = time(16)
    extra: Annotated[tuple[date, ...], Dates()] = ()


@dataclass(frozen=True, kw_only=True)
class Phone(Section):
    """The number to call, when it is answered, and what the menu offers."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            names=("menu",),
            holds=lambda menu: any(choice.team == "support" for choice in menu),
            problem='leads nobody to team "support", whose key the FAQ page names',
            remedy='give one choice team = "support"',
        ),
    )

    number: Annotated[
        str, Text(example="058 - 012 34 56", what="a telephone number", valid=_is_phone_number)
    ] = "058 - 012 34 56"
    hours: Annotated[WeekHours, Table(WeekHours)] = WeekHours()
    menu: Annotated[tuple[MenuChoice, ...], Menu()] = (
        MenuChoice("1", "Verkoop", "Sales", "sales"),
        MenuChoice("2", "Support", "Support", "support"),
        MenuChoice("3", "Administratie", "Administration", "administration"),
    )

    @property
    def support_digit(self) -> str:
        """The key that leads to support; every menu has one."""
        return next(choice.digit for choice in self.menu if choice.team == "support")


@dataclass(frozen=True, kw_only=True)
class Collecting(Section):
    """Direct debit: how long it can be charged back, and how far ahead it is announced.

    Days are calendar days unless the name says TARGET.
    """

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            names=("refund_days", "unauthorised_months"),
            # 28 days is the shortest month, so this holds for every collection date.
            holds=lambda refund_days, unauthorised_months: refund_days <= unauthorised_months * 28,
            problem="outlasts the claim for an unauthorised debit",
            remedy="write fewer days, or more unauthorised_months",
        ),
    )

    refund_days: Annotated[int, Whole(least=1, most=366, unit="days")] = 56
    final_extra_target_days: Annotated[int, Whole(least=0, most=60, unit="TARGET days")] = 7
    unauthorised_months: Annotated[int, Whole(least=1, most=120, unit="months")] = 13
    prenotification_days: Annotated[int, Whole(least=1, most=60, unit="days")] = 3
    lead_target_days: Annotated[int, Whole(least=1, most=14, unit="TARGET days")] = 2
    mandate_lapse_months: Annotated[int, Whole(least=1, most=120, unit="months")] = 36
    scheme: Annotated[str, Choice(options=("CORE",))] = "CORE"
    payment_term_days: Annotated[int, Whole(least=1, most=120, unit="days")] = 14


@dataclass(frozen=True, kw_only=True)
class Transfers(Section):
    """How many working days a transfer may be on its way."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            names=("processing_min_days", "processing_max_days"),
            holds=lambda least, most: bool(least <= most),
            problem="is more than processing_max_days",
            remedy="write fewer days, or more processing_max_days",
        ),
    )

    processing_min_days: Annotated[int, Whole(least=0, most=30, unit="working days")] = 2
    processing_max_days: Annotated[int, Whole(least=1, most=30, unit="working days")] = 5


@dataclass(frozen=True, kw_only=True)
class Credentials(Section):
    """Lost logins: how long the one-use link works, and how soon "at once" is.

    `mails_per_hour` and `mails_per_day` cap what a stranger who keeps asking can send to one
    account; `requests_per_hour` and `tries_per_hour` what one network may ask for, and how many
    links that do not open it may try. `employee_days` is how long somebody works here before he
    counts as witness or second approver: nobody appoints himself a colleague for it.
    """

    link_minutes: Annotated[int, Whole(least=1, most=1440, unit="minutes")] = 60
    mails_per_hour: Annotated[int, Whole(least=1, most=100, unit="mails")] = 3
    mails_per_day: Annotated[int, Whole(least=1, most=1000, unit="mails")] = 10
    requests_per_hour: Annotated[int, Whole(least=1, most=10_000, unit="requests")] = 20
    tries_per_hour: Annotated[int, Whole(least=1, most=10_000, unit="tries")] = 20
    mail_seconds: Annotated[int, Whole(least=1, most=3600, unit="seconds")] = 60
    employee_days: Annotated[int, Whole(least=0, most=60, unit="days")] = 7


@dataclass(frozen=True, kw_only=True)
class Billing(Section):
    """The VAT rate in per cent and the letters that begin a document number."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            names=("credit_note_series", "invoice_series"),
            holds=lambda credit_notes, invoices: bool(credit_notes != invoices),
            problem="is also the series of the invoices",
            remedy="write other letters than invoice_series",
        ),
    )

    vat_rate: Annotated[Decimal, Percentage()] = Decimal(21)
    invoice_series: Annotated[
        str, Text(example="F", what="one to four capitals", valid=_is_series, most=4)
    ] = "F"
    credit_note_series: Annotated[
        str, Text(example="C", what="one to four capitals", valid=_is_series, most=4)
    ] = "C"


@dataclass(frozen=True, kw_only=True)
class Policy(Section):
    """All promises and figures of one hosting company, valid from the moment they take effect."""

    company: Annotated[Company, Table(Company)] = Company()
    answers: Annotated[Answers, Table(Answers)] = Answers()
    office: Annotated[Office, Table(Office)] = Office()
    holidays: Annotated[Holidays, Table(Holidays)] = Holidays()
    phone: Annotated[Phone, Table(Phone)] = Phone()
    collecting: Annotated[Collecting, Table(Collecting)] = Collecting()
    transfers: Annotated[Transfers, Table(Transfers)] = Transfers()
    credentials: Annotated[Credentials, Table(Credentials)] = Credentials()
    address_change: Annotated[AddressChanges, Table(AddressChanges)] = _ADDRESS_CHANGES
    billing: Annotated[Billing, Table(Billing)] = Billing()
    vat: Annotated[Vat, Table(Vat)] = _VAT
    invoices: Annotated[Invoices, Table(Invoices)] = _INVOICES
    orders: Annotated[Orders, Table(Orders)] = _ORDERS
    desk: Annotated[Desk, Table(Desk)] = _DESK
    panels: Annotated[Panels, Table(Panels)] = _PANELS
    privacy: Annotated[Privacy, Table(Privacy)] = _PRIVACY

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin and the office opens."""
        return ZoneInfo(self.office.timezone)

    @property
    def example_settings(self) -> tuple[str, ...]:
        """The paths of the company's identity that still hold the fictional example's value."""
        return tuple(
            f"company.{name}"
            for name in _IDENTITY
            if getattr(self.company, name) == getattr(_EXAMPLE, name)
        )

    @property
    def is_example(self) -> bool:
        """Whether company, IBAN or creditor identifier are still the example's: do not bill."""
        return bool(self.example_settings)


_IDENTITY = ("name", "email", "iban", "creditor_identifier", "vat_number", "kvk_number")
_EXAMPLE = Company()
