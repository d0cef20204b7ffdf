"""What leaves the page: made from the frame that the page showed."""
