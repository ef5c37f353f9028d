"""A page of the desk without a door."""

from django.urls import include, path

from tests.access.holes import views

urlpatterns = [
    path("", include(([path("door/", views.door, name="door")], "desk"))),
]
