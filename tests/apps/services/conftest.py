"""A DirectAdmin on this machine, registered with us, and an account to change on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.apps.services.panels import Desk, new_desk
from tests.support.certificates import Authority, new_authority, new_certificate
from tests.support.directadmin import KEY, FakeDirectAdmin, running


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who signed the certificate of the panel."""
    return new_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def certificate(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of the panel."""
    return new_certificate(authority, tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def keys(tmp_path: Path, settings: Settings, authority: Authority) -> Path:
    """The folder with what Balie signs in with."""
    folder = tmp_path / "panels"
    folder.mkdir()
    (folder / "da1.key").write_text(f"{KEY}\n")
    (folder / "da1.pem").write_bytes(authority.file.read_bytes())
    settings.BALIE_PANELS_FOLDER = str(folder)
    return folder


@pytest.fixture
def fake(certificate: Path) -> Iterator[FakeDirectAdmin]:
    """A DirectAdmin that runs."""
    with running(FakeDirectAdmin(), certificate) as panel:
        yield panel


@pytest.fixture
def desk(fake: FakeDirectAdmin, keys: Path, db: None) -> Desk:
    """The panel in our register, with a customer's account that both sides know."""
    return new_desk(fake)
