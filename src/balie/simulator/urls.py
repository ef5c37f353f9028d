"""Where the demo's own pages stand."""

from django.urls import path

from balie.simulator import views

app_name = "simulator"
urlpatterns = [
    path("", views.guests, name="guests"),
    path("word/<str:kind>/<int:person>/", views.become, name="become"),
    path("tijd/", views.move, name="move"),
    path("post/", views.mails, name="mails"),
    path("post/<str:name>/", views.mail, name="mail"),
]
