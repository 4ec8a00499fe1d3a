"""Carriers: the broker only carries. Rows promise; a carrier moves bytes at least once, in the order given."""
