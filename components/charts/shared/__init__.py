"""What several charts share: words, marks and tables of counts, ratios and rungs."""
