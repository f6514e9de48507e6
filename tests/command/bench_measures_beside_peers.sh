#!/bin/bash
# `make bench` writes a table, JSON and SVG that can be read; peers that are there sound the same, and a program that is not there is said.
fail() {
    echo "$*"
    cat err
    exit 1
}
bench() { make -s -C "$KANON_TESTS/.." bench BUILD="$(dirname "$KANON")" OUT="$PWD/found" QUICK=1 ONLY="$1" >out 2>err; }

bench sine || fail "bench: status is not 0"
grep -q '^sine ' out || fail "the table has no row for sine: $(cat out)"
tail -n "$(wc -l <found/table.txt)" out | cmp -s - found/table.txt || fail "the table is not what was printed"
python3 - <<'PYTHON' || fail "what was written is not well-formed"
import json, xml.etree.ElementTree as tree
found = json.load(open("found/bench.json"))
assert "processor" in found["machine"] and "gcc" in found["machine"]
[sine] = [p for p in found["programs"] if p["group"] == "works"]
assert sine["name"] == "sine"
by_name = {c["family"] + "/" + c["variant"]: c for c in sine["contestants"]}
for name in ["kanon_jit/jit", "kanon_c/gcc", "hand_c/gcc"]:
    one = by_name[name]
    assert one["counts"] and one["why"] is None and one["sound"] == "same", one
    assert one["frames_compared"] > 0 and one["difference_db"] < -100, one
    ns = one["ns"]
    assert ns["rounds"] >= 3 and 0 < ns["least"] <= ns["lower_quarter"] <= ns["median"] <= ns["upper_quarter"], one
assert by_name["kanon_jit/jit"]["compile_ms"] > 0
assert tree.parse("found/bench.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"
PYTHON
bench no_such_program && fail "a program that is not there: status is 0"
grep -q 'no program, curve or group no_such_program' err || fail "it is not said that there is none"
