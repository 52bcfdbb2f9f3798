"""What a package is worth to whom, in money, politics and beliefs, and what one issue is worth in another."""
