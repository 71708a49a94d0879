"""The meaning: price, choose, cap, allocate."""
