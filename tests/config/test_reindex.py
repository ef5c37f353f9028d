"""`balie reindex` lets every message be found again."""

import argparse

import pytest
from django.db import connection

from balie.apps.tickets import queries
from balie.config.commands import reindex
from tests.apps.building import NOW
from tests.apps.tickets.asking import ask

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_lost_index_is_written_anew(capsys: pytest.CaptureFixture[str]) -> None:
    message = ask(NOW).message
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tickets_search")
    assert queries.unindexed_messages() == [message.pk]

    assert reindex.run(argparse.Namespace()) == 0
    assert capsys.readouterr().out == "1 messages can be searched for\n"
    assert queries.unindexed_messages() == []
