"""What is asked of the data: SQL in files, and the measures computed after it. Imports nothing of ours."""
