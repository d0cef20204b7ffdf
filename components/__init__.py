"""What is shown: pages, charts, sentences and words in three languages."""
