"""Appoint the first employee, who may appoint the others at the desk.

Asks what is not given. Without a password he signs in through the link for a lost login.
"""

from __future__ import annotations

import argparse
import getpass
import sys

from balie.config.terminal import CommandFailed, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--name, --email, --no-password."""
    parser.add_argument("--name", help="as customers will see it")
    parser.add_argument("--email", help="the address to sign in with")
    parser.add_argument(
        "--no-password", action="store_true", help="set none; sign in by the link for a lost login"
    )


def run(args: argparse.Namespace) -> int:
    """Ask, appoint, say so."""
    from django.core.exceptions import ValidationError

    from balie.apps.customers import actions
    from balie.config import database
    from balie.infra import clock, mail
    from balie.infra.audit import SYSTEM

    database.refuse_demo()
    name = args.name or ask("Name: ")
    email = args.email or ask("E-mail address: ")
    try:
        mail.checked_address(email)
        employee = actions.register_employee(
            name=name,
            email=email,
            role="admin",
            password=None if args.no_password else ask_password(),
            by=SYSTEM,
            now=clock.now(),
        )
    except ValidationError as error:
        raise CommandFailed("; ".join(error.messages)) from error
    except (actions.UnableToRegister, mail.InvalidAddress) as error:
        raise CommandFailed(str(error)) from error
    say(f"{employee.name} may now sign in as {email}.")
    return 0


def ask(question: str) -> str:
    """One line from the terminal; CommandFailed when there is none to ask at."""
    try:
        answer = input(question).strip()
    except EOFError:
        answer = ""
    if not answer:
        raise CommandFailed("nothing was given; use --name and --email")
    return answer


def ask_password() -> str:
    """The password twice from the terminal, or one line from a pipe."""
    if not sys.stdin.isatty():
        return ask("")
    first = getpass.getpass("Password (at least 12 characters): ")
    if first != getpass.getpass("Once more: "):
        raise CommandFailed("the two passwords differ")
    return first
