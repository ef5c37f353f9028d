"""A route that is a regular expression."""

from django.urls import include, path, re_path

from tests.access.holes import views

urlpatterns = [
    path("", include(([re_path("^x/", views.door, name="x")], "faq"))),
]
