"""Addresses of the data face: one versioned API."""

from django.urls import path

from gongkai.web.opendata.api import api

urlpatterns = [path("v1/", api.urls)]
