def gallery_markdown() -> str: return "# Gallery\n"
