"""Rules of the back office: who may decide what, which product is on sale, who is whose checker."""
