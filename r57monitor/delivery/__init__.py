"""What leaves the machine on its own: mail and notices, through an outbox that survives a crash. Nothing else uses the network for this."""
