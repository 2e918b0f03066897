"""r57monitor: every figure the provincial press reports about Resolution 57-NQ/TW, once, with its proof."""

__version__ = "0.1.0"
