sr = 48000
ksmps = 512
nchnls = 1
nchnls_i = 1
0dbfs = 1

opcode Partials, a, ii
  ik, icount xin
  asum oscili 1 / ik, 110 * ik
  if ik < icount then
    arest Partials ik + 1, icount
    asum += arest
  endif
  xout asum
endop

instr 1
  out Partials(1, 32)
endin
