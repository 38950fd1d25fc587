"""Pages that belong to nobody else: the front page, the one field for any code, the look, health."""
