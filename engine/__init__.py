"""What a connector is and how it runs. It knows no tables and no pages.

The tour, in reading order:

1. `errors`            everything that can stop a run, in words for its owner
2. `model.parts`       what a connector is made of
3. `model.definition`  JSON in, a strict definition or all its problems out
4. `model.expressions` the {{ }} language; `model.slots` and `model.urls` say where values go
5. `model.jsonpath`    reading values out of an answer
6. `model.rules`       what an answer means; `model.retry` how long to wait before the next try
7. `model.mapping`     which found value goes into which field of the contact
8. `model.plan`        all of that made ready to run, once per version
9. `effects.egress`    the only way out
10. `run.run`          one execution, first step to last
11. `queue.worker`     many executions, and who takes which
"""
