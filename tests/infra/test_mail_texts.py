"""Which text of a kind of mail is in force, who changed it, and that a stored one is only data."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.template import engines
from pytest_django import DjangoAssertNumQueries

from balie.infra import mail_texts
from balie.infra.audit import Actor
from balie.infra.mail_texts import MailKind, UnableToRead, UnableToSaveText
from balie.infra.models import AuditEvent, MailText
from balie.infra.placeholders import Placeholder

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ADMIN = Actor("employee", 7, "Sanne")
SHIPPED = "Subject: Dag {naam}\n\nBeste {naam},\n\n{link}\n"
NAME = Placeholder(name="naam", nl="wie", en="who", example_nl="Jan", example_en="John")
LINK = Placeholder(
    name="link", nl="waar", en="where", example_nl="x", example_en="x", needed=True, block=True
)


@pytest.fixture(autouse=True)
def _one_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = MailKind(kind="a-note", app="thing", nl="", en="", placeholders=(NAME, LINK))
    monkeypatch.setattr(mail_texts, "_registered", {"a-note": kind})
    folder = tmp_path / "thing" / "mail"
    folder.mkdir(parents=True)
    (folder / "a_note.nl.txt").write_text(SHIPPED)
    (folder / "a_note.en.txt").write_text("Dear {naam}")
    engine = engines["django"].engine  # type: ignore[attr-defined]
    files = ("django.template.loaders.filesystem.Loader", [str(tmp_path)])
    monkeypatch.setattr(engine, "template_loaders", engine.get_template_loaders([files]))


def save(body: str = "{naam} {link}", *, subject: str = "Hoi", seen: int = 0) -> MailText:
    return mail_texts.save(
        "a-note", language="nl", subject=subject, body=body, seen=seen, by=ADMIN, now=NOW
    )


def written() -> tuple[str, str]:
    return mail_texts.write("a-note", language="nl", values={"naam": "Jan", "link": "https://x"})


def test_shipped_text_is_sent_until_somebody_changes_it() -> None:
    assert written() == ("Dag Jan", "Beste Jan,\n\nhttps://x\n")

    save()

    assert written() == ("Hoi", "Jan https://x\n")


def test_last_version_counts_and_the_shipped_text_can_come_back() -> None:
    save("een {link}")
    save("twee {link}", seen=1)
    assert written()[1] == "twee https://x\n"

    mail_texts.go_back("a-note", language="nl", seen=2, by=ADMIN, now=NOW)

    assert written() == ("Dag Jan", "Beste Jan,\n\nhttps://x\n")
    assert [one.version for one in mail_texts.versions("a-note", language="nl")] == [3, 2, 1]
    assert mail_texts.in_force("a-note", language="nl").version == 3


def test_change_is_in_the_audit_trail() -> None:
    row = save()

    event = AuditEvent.objects.get(event="mail_text.edited")
    assert (event.by_id, event.subject_id) == (7, row.pk)
    assert event.data == {"kind": "a-note", "language": "nl", "version": 1}


def test_text_with_faults_is_not_kept() -> None:
    with pytest.raises(UnableToSaveText) as caught:
        save("{naan}")

    assert set(caught.value.faults) == {"body"}
    assert len(caught.value.faults["body"]) == 2
    assert not MailText.objects.exists()


def test_of_two_who_change_the_same_text_the_second_is_told() -> None:
    save("een {link}")

    with pytest.raises(UnableToSaveText, match="meanwhile"):
        save("twee {link}")

    assert written()[1] == "een https://x\n"
    assert AuditEvent.objects.filter(event="mail_text.edited").count() == 1


def test_version_is_never_changed_or_removed() -> None:
    row = save()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        MailText.objects.filter(pk=row.pk).update(body="anders")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.delete()


@pytest.mark.parametrize("body", ["{% now 'Y' %} {{ naam }} {link}", "{naam.__class__} {link}"])
def test_stored_text_meets_no_template_engine(body: str) -> None:
    # Past the checks of saving: as a text from a backup or another version might be.
    MailText.objects.create(
        kind="a-note",
        language="nl",
        version=1,
        subject="{{ 7|add:1 }}",
        body=body,
        is_shipped=False,
        edited_at=NOW,
        edited_by="employee:7",
    )

    assert written() == ("Dag Jan", "Beste Jan,\n\nhttps://x\n")


def test_shipped_file_without_a_subject_is_refused_by_name() -> None:
    with pytest.raises(UnableToRead, match=r"thing/mail/a_note\.en\.txt: begin with"):
        mail_texts.shipped("a-note", language="en")


def test_changed_texts_are_found_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    save("een {link}")
    save("twee {link}", seen=1)

    with django_assert_num_queries(1):
        found = mail_texts.last_versions()

    assert found["a-note", "nl"].version == 2
