sr = 48000
ksmps = 512
nchnls = 1
nchnls_i = 1
0dbfs = 1

opcode Bands, a, ai
  ax, ik xin
  iw = 2 * $M_PI * 1000 * 2 ^ ((ik - 17) / 3) / sr
  ialpha = sin(iw) / (2 * 4.318)
  aband biquad ax, ialpha, 0, -ialpha, 1 + ialpha, -2 * cos(iw), 1 - ialpha
  aband *= 0.5 + 0.02 * ik
  if ik < 30 then
    arest Bands ax, ik + 1
    aband += arest
  endif
  xout aband
endop

instr 1
  out Bands(inch:a(1), 0)
endin
