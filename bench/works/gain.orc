sr = 48000
ksmps = 512
nchnls = 1
nchnls_i = 1
0dbfs = 1
instr 1
  ax inch 1
  out ((ax * 0.5 + 1) * 2 - 0.5) * 0.7 + 0.1
endin
