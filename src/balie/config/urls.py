"""Where each face stands: the public page at the root, the portal and the desk below it."""

from __future__ import annotations

from django.apps import apps
from django.urls import include, path

FACES = (
    ("", "balie.faces.faq"),
    ("", "balie.faces.account"),
    ("klant/", "balie.faces.portal"),
    ("balie/", "balie.faces.desk"),
    ("tel/", "balie.faces.api"),
)

urlpatterns = [
    path(where, include(f"{face}.urls")) for where, face in FACES if apps.is_installed(face)
]
