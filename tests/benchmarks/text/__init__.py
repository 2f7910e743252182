"""What reading one text costs."""
