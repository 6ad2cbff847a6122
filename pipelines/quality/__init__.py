"""Great Expectations judges what the academies delivered, and what was built of it; the results become the schema dq."""
