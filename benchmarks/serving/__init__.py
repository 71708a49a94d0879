"""The contenders of `service.py`, each a server of its own: `python -m serving.NAME PORT`, started in the folder above."""
