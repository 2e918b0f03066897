"""Half a year of an invented press with everything known about it, to judge the ledger by: who copied whom, what was first, what failed."""
