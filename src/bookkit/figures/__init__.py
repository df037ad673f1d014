"""The book's interactive figures: one module for each, named like its script in _static/figures."""
