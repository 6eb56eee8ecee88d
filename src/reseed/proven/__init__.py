"""Proven databases kept as templates: whoever needs the same database again gets a copy instead of building it.

A template stands for its inputs, which are measured whenever it is looked for: the models, the dataset, the server and
its locale. Other inputs have another key, so nothing that changed is ever answered by an old template; and what a
template holds is measured again on every copy that a run takes.
"""

from reseed.proven.build import ready_template
from reseed.proven.clone import Cloned, clone, drop_clone
from reseed.proven.find import find, of_project
from reseed.proven.held import Held, measure_held
from reseed.proven.inputs import Inputs, measure_inputs
from reseed.proven.keep import NotKept, keep
from reseed.proven.reuse import upgrade

__all__ = [
    "Cloned",
    "Held",
    "Inputs",
    "NotKept",
    "clone",
    "drop_clone",
    "find",
    "keep",
    "measure_held",
    "measure_inputs",
    "of_project",
    "ready_template",
    "upgrade",
]
