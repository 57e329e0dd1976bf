"""What every journey in a browser shares."""

from playwright.sync_api import expect

# A journey waits for a truth, not for a speed: a busy machine may take its time.
expect.set_options(timeout=30_000)
