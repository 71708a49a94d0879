"""Questions about a policy, answered for all applications (extra `verify`, z3); see docs/verify.md."""
