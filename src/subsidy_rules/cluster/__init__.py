"""A population on a cluster: `spark` and `dask` place the three steps of `columnar.partition` on theirs (extras of that name)."""
