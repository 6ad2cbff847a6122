"""The ground under every stage: where things lie, who holds the lock, and the manifest of what was delivered, read and decided."""
