"""A seeded company that fills every page, built by calling the same actions as a user does."""
