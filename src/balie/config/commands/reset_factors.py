"""Let an employee in again who lost his second factor and his recovery codes.

Takes both away and ends his sessions; the account and every admin are mailed. He signs in with his
password, and adds a new second factor before the desk opens. Be sure first that it is he who asks.
"""

from __future__ import annotations

import argparse

from balie.config.terminal import CommandFailed, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--email, of an employee."""
    parser.add_argument("--email", required=True, help="the address the employee signs in with")


def run(args: argparse.Namespace) -> int:
    """Look him up, reset, say so."""
    from balie.apps.credentials import actions
    from balie.apps.customers.models import Employee
    from balie.infra import clock
    from balie.infra.audit import SYSTEM

    employee = Employee.objects.filter(user__email__iexact=args.email.strip()).first()
    if employee is None:
        raise CommandFailed(f"no employee signs in as {args.email}")
    actions.reset_factors(employee=employee, by=SYSTEM, now=clock.now())
    say(f"{employee.name} may sign in with a password, and adds a second factor then.")
    return 0
