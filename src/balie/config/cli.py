"""The ``balie`` command: one module per subcommand in ``config.commands``, loaded when called.

A module has ``add_arguments(parser)`` and ``run(args) -> int`` (the exit code: 0 done, 1 not done).
It may name other settings with ``SETTINGS``, another exit code with ``EXIT_WHEN_FAILED`` and, with
``RUNS_ON_FAULTY_SETTINGS``, be run although environment variables are wrong. To add a command:
write the module, add its line to ``COMMANDS``.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from balie.config.terminal import CommandFailed, complain, say

COMMANDS = {
    "demo": "live through a fictional hosting company and serve it on this machine",
    "serve": "serve the public page, the portal and the desk, and do the work behind them",
    "work": "do the work behind them: one more worker beside `balie serve`, on PostgreSQL",
    "migrate": "bring the database to this version",
    "create-admin": "appoint the first employee, who may appoint the others",
    "reset-factors": "let an employee in again who lost his second factor and recovery codes",
    "check": "name everything that is wrong with the set-up, all at once",
    "policy": "check a policy file, or let it take effect",
    "receive-mail": "take one mail in, that the mail server hands over by a pipe",
    "import": "move in: customers, services, mandates and invoices of another system",
    "import-statement": "book bank statements (camt.053, MT940)",
    "bill": "make the invoices that are due",
    "collect": "announce and collect what is open by direct debit",
    "books": "write a report of the books: balances, open items, VAT, ICP, the audit file",
    "round": "do what today's round has not done yet; after days of standing still, by hand",
    "evaluate-routing": "measure how well questions find their team, from a file of examples",
    "verify": "check every invariant: each euro has a place, each promise a record",
    "audit-head": "print the last link of the chain over the audit trail, or look up a kept one",
    "promise-explain": "print the rules that one promise went through, and whether it was kept",
    "feasibility": "say which questions nobody can answer in time, and what roster could",
    "reindex": "write the search index of the desk anew",
    "backup": "write database and files to one archive",
    "restore": "put an archive back, with money and mail standing still",
    "halt": "let money and mail stand still, when something looks wrong",
    "resume": "let money and mail go again after a restore or a halt",
}
MODULES = {"import": "import_file"}  # a module cannot be named by a word of the language
EXIT_FAILED = 1
EXIT_MISUSED = 2
EXIT_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code (0 done, 1 not done, 2 wrongly asked or wrongly set up)."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in {"-h", "--help", "help"}:
        say(overview())
        return 0 if given else EXIT_MISUSED
    if given[0] in {"-V", "--version"}:
        say(f"balie {balie_version()}")
        return 0
    name, rest = given[0], given[1:]
    if name not in COMMANDS:
        complain(f"balie: there is no command {name!r}; `balie --help` lists them")
        return EXIT_MISUSED
    module = import_module(f"balie.config.commands.{MODULES.get(name, name.replace('-', '_'))}")
    parser = argparse.ArgumentParser(prog=f"balie {name}", description=described(module))
    module.add_arguments(parser)
    return run(module, parser.parse_args(rest))


def run(module: ModuleType, args: argparse.Namespace) -> int:
    """Set Django up for the command and run it; faults become lines and an exit code."""
    os.umask(0o077)  # whatever a command writes is for its own user alone
    os.environ.setdefault(
        "DJANGO_SETTINGS_MODULE", getattr(module, "SETTINGS", "balie.config.settings")
    )
    import django
    from django.conf import settings
    from django.db import InterfaceError, OperationalError, ProgrammingError

    failed = getattr(module, "EXIT_WHEN_FAILED", EXIT_FAILED)
    try:
        django.setup()
        if settings.BALIE_SETTINGS_FAULTS and not hasattr(module, "RUNS_ON_FAULTY_SETTINGS"):
            for fault in settings.BALIE_SETTINGS_FAULTS:
                complain(f"balie: {fault}")
            return EXIT_MISUSED
        return int(module.run(args))
    except CommandFailed as error:
        complain(f"balie: {error}")
        return failed
    except (OperationalError, ProgrammingError, InterfaceError) as error:
        if settings.DEBUG:
            raise
        complain(f"balie: the database cannot be used: {str(error).strip()}")
        complain("balie: is it running, and up to date? `balie migrate`, then `balie check`")
        return failed
    except BrokenPipeError:
        # Whoever read the result has seen enough (`balie check | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except KeyboardInterrupt:
        complain("balie: interrupted")
        return EXIT_INTERRUPTED


def overview() -> str:
    """What ``balie --help`` prints."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {what}" for name, what in COMMANDS.items()]
    return "\n".join(
        [
            f"Balie {balie_version()}: the front desk of a web-hosting company",
            "",
            "usage: balie COMMAND [options]     balie COMMAND --help",
            "",
            *lines,
            "",
            "Settings are environment variables (BALIE_HOME, BALIE_DATABASE_URL, …);",
            "docs/reference lists them, `balie check` says what is missing.",
        ]
    )


def described(module: ModuleType) -> str:
    """The first paragraph of the module's docstring."""
    return (module.__doc__ or "").strip().split("\n\n")[0]


def balie_version() -> str:
    """The installed version, ``0`` when the package is run from a folder."""
    try:
        return version("balie")
    except PackageNotFoundError:
        return "0"


if __name__ == "__main__":
    sys.exit(main())
