"""Digital risk control (数字风控): indicators, models, policies, limits, prices, decisions.

Owns the indicator library, the models' cards and artefacts as they are served, the policies and
every decision with its whole evaluation tree; name lists, exceptions and snoozes, and the reviews
that customers ask for. Emits `DecisionMade`, `DecisionReviewed`, `ModelDriftDetected` and
`ModelRefused`. Consumes `LoanOutcomeKnown` of servicing; a bank without it tells what became of a
loan through `record-outcome`. The factory asks through the published function `decide`, others
through `POST /decisions`; `compute-indicators` answers indicators as of a day to whoever watches a
loan; facts are read from S3 by reference. Where operations is deployed, its people decide the
reviews.
Every night the machine `model_monitoring` measures the models.

Files beside the folders, by what they are about: `decide_` and `asking_` questions, `lists_` and
`exceptions_` (waivers), `policies_`, `review_`, `monitoring_`; `_api` has the routes, `_schemas`
what comes in and is shown, `_ports` what is needed from outside, `_wiring` plugs the adapters
in. `decision_parts` is what a decision itself asks of lists, waivers and the bank's own policies.
`risk.api` is one function; `risk.decide_api`, which loads numpy and models, is another.
"""
