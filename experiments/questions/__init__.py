"""One folder a question, named as its command; the registry lists them."""
