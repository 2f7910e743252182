"""The demonstration: a population of firms through the whole factory, over HTTP.

It plays customer, relationship manager and approver, and says so in what it prints.
"""
