"""What `python server.py` can do, by who wants it; each function is a command, its docstring the help."""
