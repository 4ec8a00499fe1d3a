"""Who may do and see what: one choke point, deny by default."""
