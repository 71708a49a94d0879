"""Subsidy policies as data."""
