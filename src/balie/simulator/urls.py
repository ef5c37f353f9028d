"""Where the demo's own pages stand."""

from django.urls import path

from balie.simulator import mail_views, views

app_name = "simulator"
urlpatterns = [
    path("", views.guests, name="guests"),
    path("word/<str:kind>/<int:person>/", views.become, name="become"),
    path("tijd/", views.move, name="move"),
    path("paneel/<slug:user_name>/", views.panel, name="panel"),
    path("post/", mail_views.mails, name="mails"),
    path("post/<slug:name>/", mail_views.mail, name="mail"),
    path("post/<slug:name>/opgemaakt/", mail_views.page, name="mail_page"),
    path("post/<slug:name>/deel/<int:index>/", mail_views.part, name="mail_part"),
]
