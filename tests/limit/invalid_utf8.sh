#!/bin/bash
. "$KANON_TESTS/limit/limit.bash"
for bytes in '\377' '\300\200' '\355\240\200' '\364\220\200\200' '\342\202'; do
    printf "out = 1 // $bytes" >x.kn
    refused "UTF-8"
done
