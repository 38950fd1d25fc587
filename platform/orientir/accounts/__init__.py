"""Grown-ups with an account: e-mail, password, roles with a scope."""
