"""The addresses of the demo: production's, and the simulator's own under /demo/."""

from django.urls import include, path

from balie.config.urls import urlpatterns as production

urlpatterns = [*production, path("demo/", include("balie.simulator.urls"))]
