"""Where programs send what they report, below /tel/."""

from django.urls import path

from balie.faces.api import phone_views

app_name = "api"
urlpatterns = [
    path("<slug:source>/", phone_views.report, name="phone_report"),
]
