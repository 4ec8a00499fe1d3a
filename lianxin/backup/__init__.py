"""Backups: rows of one moment and attachments in one folder; keys in another place (docs/decisions/0010)."""
