"""The county file: structure and seed. Counties differ by this file and by their mechanisms, never by subclass."""
