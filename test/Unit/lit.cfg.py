#===- lit.cfg.py - How lit runs the unit tests ------------------------------===//
#
# Every executable of the build's test/Unit whose name ends in Tests is a
# GoogleTest program; lit reports each of its test cases.
#
#===-----------------------------------------------------------------------===//

import os

import lit.formats

config.name = "seednorm-unit"
config.suffixes = []
config.test_exec_root = os.path.join(config.seednorm_obj_root, "test", "Unit")
config.test_source_root = config.test_exec_root
config.test_format = lit.formats.GoogleTest(".", "Tests")
