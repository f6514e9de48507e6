"""Writes filters_data.h: what SciPy's filter design makes of the orders and ripples that filters.c proves.

    /usr/bin/python3 tests/library/filters_data.py > tests/library/filters_data.h
"""
from scipy import signal

def complexes(values):
    return "{" + ", ".join(f"{complex(v).real:.17g} + {complex(v).imag:.17g} * I" for v in values) + "}"

def design(name, order, more, zpk):
    z, p, k = zpk
    print(f'    {{"{name}", {order}, "{more}", {len(z)}, {complexes(z) if len(z) else "{0}"},')
    print(f"     {complexes(p)}, {k:.17g}}},")

def analog(kind, *arguments):
    return kind(*arguments, 1, analog=True, output="zpk")

def taps(name, values):
    print(f"static const double {name}[] = {{")
    for at in range(0, len(values), 4):
        print("    " + " ".join(f"{v:.17g}," for v in values[at:at + 4]))
    print("};\n")

print("/* Written by filters_data.py: analog prototypes and windowed-sinc taps of SciPy's filter design. */")
print("/* clang-format off */\n")
print("static const Design designs[] = {")
for n in (1, 2, 3, 4, 5, 6, 7):
    design("butterworth", n, "", analog(signal.butter, n))
for n in (1, 2, 3, 4, 5, 6, 7):
    design("chebyshev", n, ", 1dB", analog(signal.cheby1, n, 1))
for n in (2, 3, 4, 5, 6, 7):  # that of order 1 rings for seconds
    design("chebyshev2", n, ", 60dB", analog(signal.cheby2, n, 60))
for n in (1, 2, 3, 4, 5, 6, 7):
    design("elliptic", n, ", 1dB, 60dB", analog(signal.ellip, n, 1, 60))
design("elliptic", 6, ", 0.1dB, 80dB", analog(signal.ellip, 6, 0.1, 80))
print("    {0}\n};\n")
taps("sinc_lowpass_taps", signal.firwin(31, 0.25, window="blackman"))
taps("sinc_highpass_taps", signal.firwin(31, 0.25, window="blackman", pass_zero=False))
taps("sinc_bandpass_taps", signal.firwin(31, [0.25, 0.5], window="blackman", pass_zero=False))
print("/* clang-format on */")
