"""What every service builds on: facts, journal, bus, database, law, crypto, web, workflow engine."""
