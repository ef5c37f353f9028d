"""A page that broke."""

from django.urls import include, path

from tests.access.holes import views

urlpatterns = [
    path("", include(([path("crash/", views.crash, name="crash")], "faq"))),
]
