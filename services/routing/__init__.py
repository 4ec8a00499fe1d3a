"""Routing: from submission on it owns the case. Responsible unit, conflicts, steps, deadlines, letters, the desk."""
