"""What Python programs use without an editor; the package itself gives these names."""
