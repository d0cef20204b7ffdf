"""The page Upload: five steps of a file on its way in, a module each.

file: what it is and how it is read · people: personal data in it · columns: what a row, its columns and values stand
for · meaning: what else only a person can say, and what came of the rows · publish.
"""
