"""What happens to organisations: they close, join others, are split, or turn out to be one entered twice (decision 8)."""
