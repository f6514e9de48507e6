# For scripts, sourced: what takes compilers long takes turns (the head of driver.c, --seed).
# in_turn NUMBER RUNS: once in so many runs in a row, and with --full always; the number says in which
in_turn() { [ -z "${KANON_TURN-}" ] || [ $((($1 + KANON_TURN) % $2)) = 0 ]; }
