sr = 48000
ksmps = 512
nchnls = 1
nchnls_i = 1
0dbfs = 1
instr 1
  ax = rand:a(1)
  ax biquad ax, 0.2, 0.3, 0.2, 1, -0.5, 0.3
  ax biquad ax, 0.2, 0.3, 0.2, 1, -0.5, 0.3
  ax biquad ax, 0.2, 0.3, 0.2, 1, -0.5, 0.3
  ax biquad ax, 0.2, 0.3, 0.2, 1, -0.5, 0.3
  ax biquad ax, 0.2, 0.3, 0.2, 1, -0.5, 0.3
  ax biquad ax, 0.2, 0.3, 0.2, 1, -0.5, 0.3
  ax biquad ax, 0.2, 0.3, 0.2, 1, -0.5, 0.3
  ax biquad ax, 0.2, 0.3, 0.2, 1, -0.5, 0.3
  out ax
endin
