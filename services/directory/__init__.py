"""Directory: units, posts, people, relations; sign-in, sessions and personal tokens of the staff."""
