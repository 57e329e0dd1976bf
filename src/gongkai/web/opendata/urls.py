"""Addresses of this face."""

from django.urls import URLPattern

app_name = "opendata"
urlpatterns: list[URLPattern] = []
