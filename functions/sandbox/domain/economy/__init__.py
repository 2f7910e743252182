"""The seeded economy: people and firms with latent ability and willingness to pay.

It supplies labels where no public data exists. Latents drive the profile parameters of the
generators of the twelve providers, so that all documents of one member tell one story; what
happens after the day of observation is drawn afterwards, from draws of its own, and no document
knows of it. Everything is synthetic: no figure made from it says anything about real borrowers.
"""
