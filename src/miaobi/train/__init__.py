"""Training: one loop, its objectives, recipes and runs; `miaobi.train("gpt", data="my-texts")`.

run.train, run.tune, run.run    a plan to a trained model, as events
plan.plan, plan.plan_tune       options to a TrainingPlan; recipes, the table of presets
families                        the table of families: prepare_*.py builds data and network
objective_*.py                  losses, validation and samples of each family
loop.train                      the loop; optim, ema, resume, throughput
run_log, report                 run.json, report.html and the model card
"""

from miaobi.core.verbs import make_callable

make_callable(__name__, "miaobi.train.run:train")
