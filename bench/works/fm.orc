sr = 48000
ksmps = 512
nchnls = 1
nchnls_i = 1
0dbfs = 1
isine ftgen 1, 0, 65536, 10, 1

opcode Operator, a, ia
  ifrequency, aphase xin
  xout tablei:a(phasor:a(ifrequency) + aphase / (2 * $M_PI), 1, 1, 0, 1)
endop

instr 1
  a4 oscili 1, 880, 1
  a3 Operator 440, 1.5 * a4
  a2 Operator 660, 2 * a3
  a1 Operator 220, 1.2 * a2
  out a1
endin
