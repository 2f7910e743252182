"""移动展业 intake: customers, consents, documents and the applications they lead to.

Owns: customers with their personal data, consents, uploaded documents and their check, draft and
submitted applications, and a read-only copy of the product catalogue.
Emits: ApplicationSubmitted, ApplicationWithdrawn, ConsentWithdrawn, DocumentAccepted,
DocumentRejected. Consumes: ApplicationProgressed and ApplicationClosed of the factory,
ProductPublished of operations, ObjectCreated of its own quarantine bucket.
"""
