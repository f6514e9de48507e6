#!/bin/sh
# The Turtle of kanon-live.lv2: lv2_live.sh manifest|plugin VERSION. Ports stand in the order of compiler/lv2/live.c.
set -eu
if [ "$1" = manifest ]; then
    cat <<TTL
# Made by Kanon $2
@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<urn:kanon:live>
    a lv2:Plugin ;
    lv2:binary <kanon-live.so> ;
    rdfs:seeAlso <kanon-live.ttl> .
TTL
    exit
fi
port=-1
port() { # types, symbol, name; what else there is comes from standard input
    port=$((port + 1))
    [ $port = 0 ] && printf '    lv2:port [' || printf ' , ['
    printf '\n        a %s ;\n        lv2:index %d ;\n        lv2:symbol "%s" ;\n        lv2:name "%s"' "$1" $port "$2" "$3"
    while read -r line; do printf ' ;\n        %s' "$line"; done
    printf '\n    ]'
}
cat <<TTL
# Made by Kanon $2
@prefix atom: <http://lv2plug.in/ns/ext/atom#> .
@prefix doap: <http://usefulinc.com/ns/doap#> .
@prefix log: <http://lv2plug.in/ns/ext/log#> .
@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix midi: <http://lv2plug.in/ns/ext/midi#> .
@prefix patch: <http://lv2plug.in/ns/ext/patch#> .
@prefix pprops: <http://lv2plug.in/ns/ext/port-props#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rsz: <http://lv2plug.in/ns/ext/resize-port#> .
@prefix state: <http://lv2plug.in/ns/ext/state#> .
@prefix units: <http://lv2plug.in/ns/extensions/units#> .
@prefix urid: <http://lv2plug.in/ns/ext/urid#> .

<urn:kanon:live#file>
    a lv2:Parameter ;
    rdfs:label "File" ;
    rdfs:comment "The .kn file that plays, and is compiled anew whenever it is saved." ;
    rdfs:range atom:Path .

<urn:kanon:live#message>
    a lv2:Parameter ;
    rdfs:label "Message" ;
    rdfs:comment "What is wrong with the file, or what its last save became." ;
    rdfs:range atom:String .

<urn:kanon:live>
    a lv2:Plugin , lv2:InstrumentPlugin ;
    doap:name "Kanon live" ;
    rdfs:comment "Plays a file of Kanon, which is edited while it sounds. Its first 16 params are the knobs." ;
    lv2:minorVersion 2 ;
    lv2:microVersion 0 ;
    lv2:requiredFeature urid:map ;
    lv2:optionalFeature lv2:hardRTCapable , log:log , state:mapPath , state:freePath , state:threadSafeRestore ;
    lv2:extensionData state:interface ;
    patch:writable <urn:kanon:live#file> ;
    patch:readable <urn:kanon:live#message> ;
TTL
for channel in left right; do port "lv2:InputPort , lv2:AudioPort" in_$channel "In $channel" </dev/null; done
for channel in left right; do port "lv2:OutputPort , lv2:AudioPort" out_$channel "Out $channel" </dev/null; done
port "lv2:InputPort , atom:AtomPort" control "Control" <<TTL
atom:bufferType atom:Sequence
atom:supports midi:MidiEvent , patch:Message
lv2:designation lv2:control
rsz:minimumSize 8192
TTL
port "lv2:OutputPort , atom:AtomPort" notify "Notify" <<TTL
atom:bufferType atom:Sequence
atom:supports patch:Message
lv2:designation lv2:control
rsz:minimumSize 8192
TTL
knob=1
while [ $knob -le 16 ]; do
    port "lv2:InputPort , lv2:ControlPort" knob_$knob "Knob $knob" <<TTL
lv2:default 0.5
lv2:minimum 0.0
lv2:maximum 1.0
TTL
    knob=$((knob + 1))
done
port "lv2:InputPort , lv2:ControlPort" freewheel "Freewheel" <<TTL
lv2:designation lv2:freeWheeling
lv2:portProperty lv2:toggled , pprops:notOnGUI
lv2:default 0.0
lv2:minimum 0.0
lv2:maximum 1.0
TTL
port "lv2:OutputPort , lv2:ControlPort" latency "Latency" <<TTL
lv2:designation lv2:latency
lv2:portProperty lv2:reportsLatency , lv2:integer , pprops:notOnGUI
units:unit units:frame
TTL
echo ' .'
