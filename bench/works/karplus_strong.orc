sr = 48000
ksmps = 128
nchnls = 1
nchnls_i = 1
0dbfs = 1
instr 1
  aburst linseg 1, 219 / sr, 1, 0, 0, 1, 0
  apick = rand:a(1) * aburst
  aline delayr 0.01
  anear deltapn 218
  afar deltapn 219
  astring = apick + 0.498 * (anear + afar)
  delayw astring
  out astring
endin
