"""The commands of `python server.py`: each function is a command, its docstring the help."""
