"""A host in Python, through ctypes: compiles a program from a string, turns a knob, fills an array block
by block, prints the peak.

    KANON_LIBRARY=/usr/local/lib/libkanon.so python3 host.py
"""
import ctypes
import os
import sys
from array import array
from ctypes import POINTER, c_char_p, c_double, c_float, c_int, c_size_t, c_void_p

kanon = ctypes.CDLL(os.environ.get("KANON_LIBRARY", "libkanon.so.0"))


def declare(name, returns, *arguments):
    function = getattr(kanon, name)
    function.restype, function.argtypes = returns, arguments
    return function


Outputs = POINTER(POINTER(c_float))
compiler_create = declare("kn_compiler_create", c_void_p)
compiler_free = declare("kn_compiler_free", None, c_void_p)
compile_text = declare("kn_compile_text", c_void_p, c_void_p, c_char_p, c_char_p, c_size_t)
messages = declare("kn_compiler_messages", c_char_p, c_void_p)
engine = declare("kn_program_engine", c_char_p, c_void_p)
param_index = declare("kn_program_param_index", c_int, c_void_p, c_char_p)
program_free = declare("kn_program_free", None, c_void_p)
instance_create = declare("kn_instance_create", c_void_p, c_void_p)
process = declare("kn_instance_process", None, c_void_p, c_void_p, Outputs, c_int)
instance_set = declare("kn_instance_set", None, c_void_p, c_int, c_double)
instance_free = declare("kn_instance_free", None, c_void_p)

text = b"""
param pitch = 440Hz in 20Hz..5kHz log "Pitch"
out(t) = 0.5 * sin(tau * phase(pitch)(t))
"""

compiler = compiler_create()
program = compile_text(compiler, b"host.kn", text, len(text))
if not program:
    sys.exit(messages(compiler).decode())
instance = instance_create(program)
instance_set(instance, param_index(program, b"pitch"), 220)

FRAMES, BLOCKS = 512, 100
block = (c_float * FRAMES)()
outputs = (POINTER(c_float) * 1)(block)  # one pointer for each output
sound = array("f")
for _ in range(BLOCKS):
    process(instance, None, outputs, FRAMES)
    sound.extend(block)
print(f"engine {engine(program).decode()}, {len(sound)} frames, peak {max(map(abs, sound)):.6f}, "
      f"first {sound[0]:.6f} {sound[1]:.6f}")

instance_free(instance)
program_free(program)
compiler_free(compiler)
