sr = 48000
ksmps = 512
nchnls = 1
nchnls_i = 1
0dbfs = 1
instr 1
  out oscili:a(1, 440)
endin
