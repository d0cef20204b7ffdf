"""A file from outside, read, understood, checked and screened before anything of it is stored."""
