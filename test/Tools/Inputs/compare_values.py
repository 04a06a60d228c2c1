#===- compare_values.py - Completion against errors -----------------------===//
#
# compare_values.py <script for bash> <option> <errors>: the values that the
# script offers are those that the errors list.
#
#===-----------------------------------------------------------------------===//

import pathlib
import re
import sys

script, option, errors = sys.argv[1:]
block = pathlib.Path(script).read_text().split(f"  {option})\n")[1]
offered = set(re.search(r'-W "([^"]*)"', block)[1].split())
lists = re.findall(r"expects a \w+ among (.*), but got", pathlib.Path(errors).read_text())
assert lists, "no error lists values"
accepted = {value for text in lists for value in text.split(", ")}
# Forms with values of their own, which shells take for two words.
accepted -= {"cpu:<processor>", "emulated:<architecture>"}
assert offered == accepted, (offered - accepted, accepted - offered)
