/* A program for each definition that hears or makes a signal, its params over the ranges of its text:
 * stress.c turns them about. */
#include "library.h"

const Stress stresses[] = {
    {"sine", "param f = 440 in 0..20000\nout = sine(f)"},
    {"lowpass", "input x\nparam f = 1000 in 20..20000 log\nparam q = 1 in 0.3..30 log\n"
                "out = lowpass(x, f, q)"},
    {0},
};
