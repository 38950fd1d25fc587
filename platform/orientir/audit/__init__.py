"""What grown-ups with accounts did: an append-only log."""
