sr = 48000
ksmps = 512
nchnls = 1
nchnls_i = 1
0dbfs = 1
instr 1
  acutoff = 1000 + 800 * oscili:a(1, 0.5)
  out zdf_2pole(rand:a(1), acutoff, 2, 0)
endin
