"""Everything that becomes CloudFormation, and the local cloud that runs it."""
