"""`make team`: one verdict that a whole team watches."""
