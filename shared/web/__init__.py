"""Web: pages' look and languages, doors, problem documents."""
