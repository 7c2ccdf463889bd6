"""Privacy: what the database holds about a person as one table, which export, erasing and retention read."""
