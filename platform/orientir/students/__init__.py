"""Students as numbers of a class list: no name, no birth date, no health mark."""
