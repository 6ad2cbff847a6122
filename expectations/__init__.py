"""What Great Expectations asks of the data: one file per principle."""
