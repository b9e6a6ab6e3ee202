"""What makes evidence known again: fingerprints of its texts, pictures and documents, and where they were met before.

The entries of `reading` run in throwaway processes, `prints.understood` looks their answers over, and
`operations.record_and_compare` keeps the fingerprints of a version and finds its reuses.
"""
