"""A signed letter on paper: its page, its PDF, and the public address by which anybody may verify it."""
