"""Where the sandbox meets AWS and files."""
