"""Notification: who must be told, in which words, by which channel, when. E-mail over SMTP, or a file outbox."""
