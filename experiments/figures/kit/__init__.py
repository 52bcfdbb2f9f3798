"""What figures share: style, themes, panels, marks and letters."""
