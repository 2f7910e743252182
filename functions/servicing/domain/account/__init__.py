"""A loan's account: its events folded into what is owed, overdue and booked on a day."""
