"""A route with something nobody has an example of."""

from django.urls import include, path

from tests.access.holes import views

urlpatterns = [
    path("", include(([path("x/<int:thing>/", views.door, name="x")], "faq"))),
]
