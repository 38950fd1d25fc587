"""Lists in: a table of somebody's own is read, matched, looked through and only then written, by one block for all."""
