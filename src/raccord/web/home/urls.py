"""Addresses of a project's home page; included at /projects/<project>/."""

from django.urls import path

from raccord.web.home import views

urlpatterns = [
    path("", views.home, name="project-home"),
    path("home/figures/", views.figures, name="project-home-figures"),
    path("home/days/", views.days, name="project-home-days"),
    path("home/steps/hide/", views.hide_steps, name="project-home-hide-steps"),
]
