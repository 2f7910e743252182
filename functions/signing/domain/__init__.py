"""What a contract is, what it says, and when its signatures are good. No AWS, no PDF library."""
