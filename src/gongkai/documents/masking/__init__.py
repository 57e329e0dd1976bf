"""Repair inside the file: what must not be public is taken out of the file itself, never covered."""
