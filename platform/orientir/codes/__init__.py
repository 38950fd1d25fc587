"""Codes people type: 11 digits and a check digit, written 4-4-4, each owned by exactly one plugin's object."""
