"""Disclosures from Excel: a template for each item, a check of every cell, all rows imported or none."""
