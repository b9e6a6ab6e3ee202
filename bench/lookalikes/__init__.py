"""Photos and minutes made up by the hundred: the same ones as they come back, and others that look like them."""
