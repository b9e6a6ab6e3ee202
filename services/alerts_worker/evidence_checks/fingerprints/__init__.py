"""What makes evidence known again: fingerprints of its texts, pictures and documents, and where they were met before.

`reading.read_fingerprints` runs in a throwaway process, `prints.understood` looks its answer over, and
`operations.record_and_compare` keeps the fingerprints of a version and finds its reuses.
"""
