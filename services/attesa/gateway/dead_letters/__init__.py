"""What deliveries gave no event: buried sealed, found again, sent again."""
