"""What the standard says, as data: modules here hold tables and import nothing but each other."""
