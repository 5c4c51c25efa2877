"""Every figure that the project states, measured again by one command: `make bench`."""
