"""The private names of libraries that the engine uses, one module a library; a test holds each."""
