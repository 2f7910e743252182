"""The graph of who belongs to whom: shared contact data, ownership, family, guarantees.

`nodes` and `edges` say what is kept, `neighbourhood` how far it is read, `graph` what a model gets;
`rings`, `groups`, `circles` and `propagation` are what is found in it, `trade` the counterparties
of invoices. All pure: the same graph in any order gives the same answer.
"""
