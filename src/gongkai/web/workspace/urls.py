"""Addresses of this face."""

from django.urls import URLPattern

app_name = "workspace"
urlpatterns: list[URLPattern] = []
