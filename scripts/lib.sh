# Functions that several scripts share. Sourced, never run.
# shellcheck shell=bash

# Is anybody listening on this port of this machine?
listens() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Does an HTTP server on this port answer this path with success? Written without curl, which a fresh Debian lacks.
answers() {
    local status_line
    status_line=$(
        exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
        printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
        IFS= read -r -t 5 line <&3
        printf '%s' "$line"
    ) || return 1
    [[ $status_line == "HTTP/1."?" "[23]* ]]
}

# Waits until a server that we started answers. Fails as soon as its process ends, and after 30 seconds at the latest.
# usage: wait_until_answers <name> <pid> <port> <path>
wait_until_answers() {
    local name=$1 pid=$2 port=$3 path=$4 deadline=$((SECONDS + 30))
    until answers "$port" "$path"; do
        if ! kill -0 "$pid" 2>/dev/null; then
            printf '%s ended before it answered on port %s.\n' "$name" "$port" >&2
            return 1
        fi
        if ((SECONDS >= deadline)); then
            printf '%s did not answer http://127.0.0.1:%s%s within 30 seconds.\n' "$name" "$port" "$path" >&2
            return 1
        fi
        sleep 0.05
    done
}

# Ends processes that we started: asks first, and insists after 15 seconds. Waits for them, so that none is left behind.
stop_processes() {
    local pid deadline=$((SECONDS + 15))
    for pid in "$@"; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in "$@"; do
        while kill -0 "$pid" 2>/dev/null; do
            if ((SECONDS >= deadline)); then
                kill -KILL "$pid" 2>/dev/null || true
                break
            fi
            sleep 0.05
        done
        wait "$pid" 2>/dev/null || true
    done
}

# Prints a port that nobody listens on, below the range from which outgoing connections take theirs.
free_port() {
    local port
    for _ in {1..50}; do
        port=$((20000 + RANDOM % 12000))
        if ! listens "$port"; then
            printf '%s' "$port"
            return
        fi
    done
    echo 'No free port was found between 20000 and 32000.' >&2
    return 1
}
