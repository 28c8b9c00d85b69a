"""A small server that keeps the rules which the cases are about, and can be told to break each."""
