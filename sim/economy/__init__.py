"""What a package is worth: trade, the chip market, pledges, payoffs of governments, firms and makers, walking away."""
