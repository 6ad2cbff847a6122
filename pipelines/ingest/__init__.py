"""From landing to raw: find, fingerprint, read with the academy's source profile, and judge each batch."""
