"""What every engine sees: files as written, programs, cases, answers."""
