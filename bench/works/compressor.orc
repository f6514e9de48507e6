sr = 48000
ksmps = 512
nchnls = 1
nchnls_i = 1
0dbfs = 1
instr 1
  ax inch 1
  ; follow2 has a thousandth left after its times
  alevel follow2 ax, 0.005 * log(1000), 0.1 * log(1000)
  aone init 1
  out ax * exp((1 / 4 - 1) * log(max:a(alevel / 0.1, aone)))
endin
