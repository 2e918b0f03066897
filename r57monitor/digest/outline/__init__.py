"""What every file of a digest says: its parts as blocks, made once from the model."""
