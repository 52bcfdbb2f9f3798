"""What a terminal needs: streams that may be full or closed, letters that it has, tables of its width."""
