"""The kit: sessions, actions, handlers, timers, and the worker that drives a service. It opens and commits; actions don't."""
