"""Chinese standards as code and data: identities, regions, industries, firm size, LPR.

    from puhui.china import firm_size, industries, lpr, regions, resident_id, rule_tables, uscc

Every number of a rule lies in an effective-dated table with its source and confidence:
✔ read in the source, ◐ second-hand, ✎ from memory, to be confirmed by a person.
"""
