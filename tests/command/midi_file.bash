# Writes MIDI files for the tests that source it.
# midi_write FILE TRACK…: 96 ticks a quarter note; each track is what printf makes bytes of, without its end, which comes
# 0 ticks behind the last event.
midi_write() {
    local file=$1 track n
    shift
    printf "MThd\0\0\0\6\0\1\0\\$(printf %03o $#)\0\x60" >"$file"
    for track; do
        n=$(($(printf "$track" | wc -c) + 4))
        printf "MTrk\0\0\\$(printf '%03o' $((n / 256)))\\$(printf '%03o' $((n % 256)))$track\0\xff\x2f\0" >>"$file"
    done
}
