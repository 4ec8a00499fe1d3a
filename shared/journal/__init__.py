"""One journal per service: what happened is append-only, told in the change's own transaction."""
