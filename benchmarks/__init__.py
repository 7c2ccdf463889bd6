"""How fast it is: our server beside a hand-written one and beside one as tutorials write it, in one run."""
