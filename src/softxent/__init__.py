"""The mathematics of softmax and cross-entropy in NumPy.  Import what you need from its modules."""

__version__ = "0.1.0"
