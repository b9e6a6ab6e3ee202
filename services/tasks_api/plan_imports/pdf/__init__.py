"""Plans made of pages: what is printed where becomes paragraphs and tables."""
