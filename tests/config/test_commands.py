"""Commands that look at or act on the whole house: check, policy, create-admin."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from tests.config.conftest import Balie, fresh, run_balie
from tests.config.test_serving import free_port

POLICY = """
[company]
name = "Hostingbedrijf De Eik B.V."
email = "helpdesk@eik.example"
iban = "NL91ABNA0417164300"
bic = "ABNANL2A"
creditor_identifier = "NL79ZZZ999999990000"
vat_number = "NL123456782B90"
kvk_number = "12345678"
"""


SETTINGS = {"DJANGO_SETTINGS_MODULE": "balie.config.settings"}


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """The settings of production."""
    return environment | SETTINGS


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of this version, made once."""
    file = tmp_path_factory.mktemp("migrated") / "balie.sqlite3"
    address = f"sqlite:///{file}"
    done = run_balie(fresh(file.parent) | SETTINGS, "migrate", BALIE_DATABASE_URL=address)
    assert (done.returncode, done.stderr) == (0, "")
    return file


@pytest.fixture
def ready(migrated: Path, environment: dict[str, str]) -> None:
    """The home holds a database of this version."""
    shutil.copy(migrated, environment["BALIE_HOME"])


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    file = tmp_path / "policy.toml"
    file.write_text(POLICY)
    return file


def rows(tmp_path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(tmp_path / "home" / "balie.sqlite3")) as database, database:
        return list(database.execute(statement))


def subjects(shown: str) -> dict[str, str]:
    """What ``balie check`` said of each subject."""
    lines = [line for line in shown.splitlines() if line.startswith(("ok ", "FAULT "))]
    return {line[7:]: line[:7].strip() for line in lines}


def test_check_of_a_new_home_names_all_faults_at_once(balie: Balie) -> None:
    done = balie("check", BALIE_SMTP_PORT="many")

    assert done.returncode == 1
    assert subjects(done.stdout) == {
        "settings": "FAULT",
        "files": "ok",
        "database": "FAULT",
        "mail server": "FAULT",
        "mailbox": "FAULT",
        "policy and bank data": "FAULT",
        "work": "FAULT",
    }
    assert "BALIE_SMTP_PORT" in done.stdout
    assert "run: balie migrate" in done.stdout
    assert "Traceback" not in done.stderr


def test_check_of_a_good_set_up_finds_nothing(balie: Balie, ready: None, policy_file: Path) -> None:
    assert balie("policy", "apply", str(policy_file)).returncode == 0
    server = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    server.start()

    done = balie(
        "check",
        BALIE_SMTP_HOST="127.0.0.1",
        BALIE_SMTP_PORT=str(server.port),
        BALIE_SMTP_SECURITY="none",
        BALIE_BASE_URL="https://balie.eik.example",
        BALIE_TRUSTED_PROXY="127.0.0.1",
    )
    server.stop()

    assert set(subjects(done.stdout).values()) == {"ok"}, done.stdout
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "Nothing is wrong."


def test_check_says_which_mail_server_does_not_answer(balie: Balie) -> None:
    port = free_port()

    done = balie("check", BALIE_SMTP_HOST="127.0.0.1", BALIE_SMTP_PORT=str(port))

    assert f"the mail server 127.0.0.1:{port} does not let us in" in done.stdout
    assert not {"mail server", "mailbox"} & set(subjects(balie("check", "--no-mail").stdout))


def test_check_sees_that_nobody_works_and_that_links_lead_nowhere(
    balie: Balie, ready: None, policy_file: Path, tmp_path: Path
) -> None:
    assert balie("policy", "apply", str(policy_file)).returncode == 0
    rows(tmp_path, "UPDATE infra_schedule SET next_at = '2026-01-01' WHERE name = 'verify'")

    done = balie("check", "--no-mail")

    assert done.returncode == 1
    assert "not begun for 15 minutes: verify;" in done.stdout
    assert "BALIE_BASE_URL is http://127.0.0.1:8000, which leads customers nowhere" in done.stdout


def test_check_sees_a_table_that_lost_its_triggers(
    balie: Balie, ready: None, tmp_path: Path
) -> None:
    rows(tmp_path, "DROP TRIGGER infra_auditevent_no_delete")

    done = balie("check", "--no-mail")

    assert "infra_auditevent can be changed: its triggers are gone" in done.stdout


def test_policy_file_without_faults_takes_effect(
    balie: Balie, ready: None, policy_file: Path, tmp_path: Path
) -> None:
    checked = balie("policy", "check", str(policy_file))
    assert (checked.returncode, checked.stderr) == (0, "")

    applied = balie("policy", "apply", str(policy_file), "--from", "2099-01-01T09:00")

    assert applied.returncode == 0
    assert applied.stdout.endswith("takes effect 2099-01-01 09:00 (Amsterdam).\n")
    effect = rows(tmp_path, "SELECT takes_effect_at FROM promises_policyversion ORDER BY number")
    assert str(effect[-1][0]).startswith("2099-01-01 08:00")


def test_policy_file_with_faults_names_each_and_changes_nothing(
    balie: Balie, ready: None, policy_file: Path, tmp_path: Path
) -> None:
    before = rows(tmp_path, "SELECT COUNT(*) FROM promises_policyversion")
    policy_file.write_text(POLICY.replace("0417164300", "0417164301") + "colour = 'green'\n")

    done = balie("policy", "apply", str(policy_file))

    assert done.returncode == 1
    assert "company.iban" in done.stderr
    assert "company.colour" in done.stderr
    assert done.stderr.splitlines()[-1].endswith("2 fault(s); nothing was changed")
    assert rows(tmp_path, "SELECT COUNT(*) FROM promises_policyversion") == before


@pytest.mark.parametrize(
    ("content", "said"), [("[company", "is not a TOML file"), (None, "cannot be read")]
)
def test_file_that_is_no_policy_is_refused(
    balie: Balie, tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "policy.toml"
    if content is not None:
        file.write_text(content)

    done = balie("policy", "check", str(file))

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_policy_cannot_take_effect_in_the_past(
    balie: Balie, ready: None, policy_file: Path
) -> None:
    done = balie("policy", "apply", str(policy_file), "--from", "2001-01-01")

    assert done.returncode == 1
    assert "past" in done.stderr


def test_create_admin_appoints_an_employee(balie: Balie, ready: None, tmp_path: Path) -> None:
    done = balie(
        "create-admin",
        "--name",
        "Sanne Vos",
        "--email",
        "sanne@eik.example",
        typed="a long secret\n",
    )

    assert (done.returncode, done.stdout) == (
        0,
        "Sanne Vos may now sign in as sanne@eik.example.\n",
    )
    assert rows(tmp_path, "SELECT name, role FROM customers_employee") == [("Sanne Vos", "admin")]
    kept = str(rows(tmp_path, "SELECT password FROM customers_user")[0][0])
    assert kept.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    ("email", "typed", "said"),
    [
        ("sanne@eik.example", "short\n", "too short"),
        ("no address", "a long secret\n", "not one plain e-mail address"),
        ("sanne@eik.example", "", "nothing was given"),
    ],
)
def test_create_admin_says_what_is_wrong(
    balie: Balie, ready: None, tmp_path: Path, email: str, typed: str, said: str
) -> None:
    done = balie("create-admin", "--name", "Sanne Vos", "--email", email, typed=typed)

    assert done.returncode == 1
    assert said in done.stderr
    assert rows(tmp_path, "SELECT * FROM customers_employee") == []


def test_create_admin_twice_is_refused(balie: Balie, ready: None) -> None:
    arguments = ("create-admin", "--name", "S", "--email", "sanne@eik.example", "--no-password")
    assert balie(*arguments).returncode == 0

    done = balie(*arguments)

    assert done.returncode == 1
    assert "has an account already" in done.stderr


def test_halt_stops_what_it_names_and_check_says_so(balie: Balie, ready: None) -> None:
    done = balie("halt", "--reason", "the ledger does not add up", "--only", "money")

    assert (done.returncode, done.stdout) == (0, "money: halted\n")
    assert "money is halted: the ledger does not add up" in balie("check", "--no-mail").stdout
    resumed = balie("resume", "--reason", "corrected").stdout.splitlines()
    assert resumed == [
        "money: resumed (was halted: the ledger does not add up)",
        "outgoing: was not halted",
    ]


def test_mail_comes_from_the_company_of_the_policy_in_force(
    balie: Balie, ready: None, policy_file: Path, environment: dict[str, str]
) -> None:
    assert balie("policy", "apply", str(policy_file)).returncode == 0
    asked = (
        "import django; django.setup()\n"
        "from balie.infra import clock, mail\n"
        "print(mail._policy(clock.now()).company.email)"
    )

    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("helpdesk@eik.example\n", "")


def test_audit_head_is_printed_and_found_again(balie: Balie, ready: None, tmp_path: Path) -> None:
    rows(
        tmp_path,
        "INSERT INTO infra_auditevent (event, at, by_kind, by_name, subject_kind, subject_id, data)"
        " VALUES ('x', '2026-11-23 09:00:00', 'system', '', 'hold', 1, '{}')",
    )
    rows(tmp_path, "INSERT INTO infra_unsealedevent SELECT id FROM infra_auditevent")

    printed = balie("audit-head").stdout.strip()

    assert printed.startswith("1:")
    assert balie("audit-head", printed).returncode == 0
    assert balie("audit-head", "1:" + "0" * 64).returncode == 1
