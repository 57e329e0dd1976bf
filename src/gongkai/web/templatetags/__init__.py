"""Words and marks a template may use."""
