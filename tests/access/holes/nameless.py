"""A route without a name."""

from django.urls import include, path

from tests.access.holes import views

urlpatterns = [
    path("", include(([path("x/", views.door)], "faq"))),
]
