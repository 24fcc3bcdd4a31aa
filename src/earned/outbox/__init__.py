"""What leaves this machine because a person asked for it: mail and webhooks. Nothing is sent twice, nothing follows a redirect."""
