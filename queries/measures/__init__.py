"""What is computed after the SQL. A measure takes a frame and returns it with columns added."""
