"""A page that tells everybody about customer A."""

from django.urls import include, path

from tests.access.holes import views

urlpatterns = [
    path("", include(([path("leak/", views.leak, name="leak")], "faq"))),
]
