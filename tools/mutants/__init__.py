"""How many small changes of the reading code its tests notice: mutmut's changes, drawn by chance, each tried by its line's tests."""
