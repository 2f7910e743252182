"""What each model that is code is asked inside a decision, made from what the decision has.

One module for each model, named after it: `inputs(known, answers)` makes the model's own inputs, or
says why there is nothing to ask. Whatever no source says is None; the models take that for the
worst. `asking` asks them in the order in which they need each other.
"""
