#===- complete.bash - What bash offers for a command line -----------------===//
#
# complete.bash <script> <tool> <word>...: completes the last word, which may be
# empty. The tool is without "seednorm-", as lit replaces its name by a path. The
# words are those that bash makes of a line: '=' is one of its own.
#
#===-----------------------------------------------------------------------===//

source "$1"
shift
tool="seednorm-$1"
# Bash has it only while a user completes.
compopt() { echo "compopt $*"; }

registration="$(complete -p "$tool")"
echo "registered: $registration"
function="${registration#*-F }"
COMP_WORDS=("$tool" "${@:2}")
COMP_CWORD=$(($# - 1))
"${function%% *}" "$tool"
echo "offered: ${COMPREPLY[*]}"
