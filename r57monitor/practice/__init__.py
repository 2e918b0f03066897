"""The practice web of `r57 demo`: invented outlets on loopback whose articles hold invented numbers."""
