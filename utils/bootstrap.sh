#!/usr/bin/env bash
#===- bootstrap.sh - Install what building and testing needs ---------------===//
#
# Usage: utils/bootstrap.sh
#
# Debian packages that are missing, a Python environment in .venv, and the two
# programs of the CUDA toolkit that we call: ptxas and nvdisasm. What it found
# is written to .venv/toolchain.env for the other scripts. Running it again
# costs a fraction of a second.
#
# Environment:
#   SEEDNORM_PYTHON         the Python to build .venv from
#   SEEDNORM_SKIP_APT=1     leave the system's packages alone
#   CUDA_HOME, CUDA_PATH    where to look for ptxas and nvdisasm first
#
#===-----------------------------------------------------------------------===//

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

packages=(
  libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools # compiler libraries
  clang-22 lld-22 clang-format-22 ccache ninja-build cmake
  libgtest-dev   # unit tests
  pkg-config binutils # what is installed, tested
  libzstd-dev zlib1g-dev # LLVM's exported targets name them
)
requirements="$root/utils/requirements.txt"
ptxas_package=nvidia-cuda-nvcc==13.5.37
nvdisasm_package=nvidia-cuda-nvdisasm==13.5.37
index="the network, or an index that PIP_INDEX_URL names"

# The bindings need the headers, the environment needs venv and pip. The package
# itself runs on Python 3.10, but no NumPy that the tests use does.
python_is_usable() {
  [[ "$("$1" - 2>/dev/null <<'PYTHON'
import ensurepip, os, sys, sysconfig, venv
header = os.path.join(sysconfig.get_paths()["include"], "Python.h")
print(sys.version_info >= (3, 11) and os.path.exists(header))
PYTHON
  )" == True ]]
}

choose_python() {
  local candidate
  for candidate in ${SEEDNORM_PYTHON:-python3 /usr/bin/python3}; do
    if python_is_usable "$candidate"; then
      python="$(command -v "$candidate")"
      return
    fi
  done
  if [[ -n "${SEEDNORM_PYTHON:-}" ]]; then
    fail "SEEDNORM_PYTHON must be Python >= 3.11 with headers and venv," \
      "but '$SEEDNORM_PYTHON' is not"
  fi
  python=/usr/bin/python3
  packages+=(python3-dev python3-venv)
}

install_packages() {
  if [[ -n "${SEEDNORM_SKIP_APT:-}" ]]; then
    return
  fi
  command -v dpkg-query >/dev/null ||
    fail "expects a Debian system; elsewhere install LLVM/MLIR 22.1 by hand" \
      "and set SEEDNORM_SKIP_APT=1"
  local installed missing=() package as_root=()
  installed=" $(dpkg-query -W -f='${db:Status-Status}:${Package} ' 2>/dev/null) "
  for package in "${packages[@]}"; do
    [[ "$installed" == *" installed:$package "* ]] || missing+=("$package")
  done
  if [[ ${#missing[@]} -eq 0 ]]; then
    return
  fi
  if [[ "$(id -u)" -ne 0 ]]; then
    command -v sudo >/dev/null ||
      fail "packages are missing and neither root nor sudo is at hand:" \
        "apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  echo "installing Debian packages: ${missing[*]}"
  expect_space / 4096 "LLVM and MLIR"
  run_logged "apt-get update" "the network" "${as_root[@]}" apt-get update
  run_logged "apt-get install" \
    "the network, and Debian 12 with its security updates for LLVM 22" \
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "${missing[@]}"
}

# find_cuda_tool <name>: its path, or nothing.
find_cuda_tool() {
  local folder
  for folder in "${CUDA_HOME:-}" "${CUDA_PATH:-}"; do
    if [[ -n "$folder" && -x "$folder/bin/$1" ]]; then
      echo "$folder/bin/$1"
      return
    fi
  done
  command -v "$1" || ls "/usr/local/cuda/bin/$1" \
    "$venv"/lib/python3.*/site-packages/nvidia/cu13/bin/"$1" 2>/dev/null |
    head -n 1
}

# ensure_cuda_tool <name> <PyPI package>
ensure_cuda_tool() {
  if [[ -z "$(find_cuda_tool "$1")" ]]; then
    echo "installing into .venv: $2 (no CUDA toolkit has $1)"
    # Its dependencies are the rest of a CUDA compiler, which we don't call.
    run_logged "pip install $2" "$index" \
      "$venv/bin/python" -m pip install --quiet --no-deps "$2"
  fi
  [[ -n "$(find_cuda_tool "$1")" ]] || fail "$2 was installed but holds no $1"
}

install_python_environment() {
  local stamp
  stamp="$(sha256sum <"$requirements") $python"
  if [[ ! -f "$venv/stamp" || "$(<"$venv/stamp")" != "$stamp" ]] ||
    ! "$venv/bin/python" -c '' 2>/dev/null; then
    python_is_usable "$python" ||
      fail "expects Python >= 3.11 with headers and venv, but '$python' is not;" \
        "name another one in SEEDNORM_PYTHON"
    expect_space "$root" 2048 .venv
    echo "installing into .venv (about 2 GB):" $(sed 's/#.*//' "$requirements")
    run_logged "creating .venv" "" "$python" -m venv --clear "$venv"
    run_logged "pip install" "$index" "$venv/bin/python" -m pip install --quiet \
      --disable-pip-version-check -r "$requirements"
    echo "$stamp" >"$venv/stamp"
  fi
  ensure_cuda_tool ptxas "$ptxas_package"
  ensure_cuda_tool nvdisasm "$nvdisasm_package"
}

write_toolchain() {
  local llvm=""
  if command -v llvm-config-22 >/dev/null; then
    llvm="$(llvm-config-22 --prefix)"
  fi
  cat >"$venv/toolchain.env" <<TOOLCHAIN
SEEDNORM_PTXAS='$(find_cuda_tool ptxas)'
SEEDNORM_NVDISASM='$(find_cuda_tool nvdisasm)'
SEEDNORM_LLVM='$llvm'
TOOLCHAIN
}

with_lock "$root/.cache/bootstrap.lock"
choose_python
install_packages
install_python_environment
write_toolchain
