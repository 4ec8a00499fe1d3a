"""Sealing: private text under case keys, keys under a service's master key, receipts as keyed hashes, signed tokens."""
