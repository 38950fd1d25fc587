"""What happens to organisations: they close, join others, are split, or prove to be one entered twice (decision 8)."""
