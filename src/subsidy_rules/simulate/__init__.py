"""What a policy would cost (extra `simulate`): a population, drawn or the user's own, assessed as a whole and counted.

`shape` is the file of a population, `distributions` checks it and draws, `population` and `own` give tables, `outcome` assesses
them. What is counted: `costs`, `spread`, `pools`, and by runs of an edited program (`figures`) `sensitivity`. `study` puts it
together, `versions` compares two policies; `data` is the result as JSON and tables, `charts` and `report` as pictures and page.
Everything is an estimate: a ceiling is never called a payment.
"""
