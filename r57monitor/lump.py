"""How many pages one process reads side by side; what is kept of a page from stage to stage is kept for as many."""

LUMP = 16
