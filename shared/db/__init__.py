"""One database per service: SQLite file or PostgreSQL schema. Everything above speaks plain SQLAlchemy."""
