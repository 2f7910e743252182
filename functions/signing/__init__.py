"""电子签约 e-signing: loan contracts from template to sealed PDF.

Owns: contracts, their documents, the certificates' trust and the bank's seal keys.
Emits: ContractPrepared, ContractSealed; to itself SignatureRequested, OutcomeDecided.
Consumes: the command PrepareContract; the factory's ApplicationClosed.
"""
