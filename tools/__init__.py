"""What the Makefile runs: setting up, and a PostgreSQL that is thrown away afterwards."""
