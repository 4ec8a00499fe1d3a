"""The kit: sessions, actions, handlers, timers, the worker. It opens and commits; actions don't."""
