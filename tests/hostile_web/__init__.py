"""A web that means harm, on loopback: every site of it is one trap, with some good articles around."""
