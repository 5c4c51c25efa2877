"""A seeded company, built by calling the same actions as a user does."""
