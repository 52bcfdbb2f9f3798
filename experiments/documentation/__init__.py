"""The site of the documentation: pages that follow from the code, and how MkDocs joins them with those of ``docs/``."""
