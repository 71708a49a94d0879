"""A whole population by columns (extra `batch`): Arrow tables in, Arrow tables out, to the fen what the engine says.

`Rules.assess_table` is its face. Tables are read (`tables`, `history`) into a `population` that is cut into blocks; on each block
rules are priced (`prices`), settled (`settle`) and given their statuses (`status`). Whom a plan can't settle exactly the
engine settles (`fallback`). What all share is asked for (`demand`) and allocated (`allocation`, `pools`), and all is written as
tables (`settled`, `output`); of more than fits into memory part by part (`partition`), in several processes (`stream`).
"""
