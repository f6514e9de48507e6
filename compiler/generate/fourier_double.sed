# The text of kernels_fourier.c with doubles in the place of floats.
s/\<float\>/double/g
s/KnFloats/KnDoubles/g
s/KN_FLOATS/KN_DOUBLES/g
s/\<kn_float\(s*\)_/kn_double\1_/g
s/\([0-9]\)f\>/\1/g
s/_one_f(/_one_d(/g
s/f->turns/f->wide_turns/g
s/->run\>/->wide_run/g
s/\<KN_RUN\>/KN_RUN_D/g
s/^#define KN_RUN_D run$/#define KN_RUN_D run_d/
s/\<\(pass\|pass_of_one\|first_pass\|run\)(/\1_d(/g
s/\<\(kn_[a-z_]*\(fft\|real\|pairs\|odd_forth\|odd_back\)\)(/\1_d(/g
s/\<kn_doubles_\(pairs\|put_pairs\)_d(/kn_doubles_\1(/g
s/, \(one_\)*f)\( *}\)*$/, \1d)\2/
/^#include/d
/^#define CASE_/,/break;/d
