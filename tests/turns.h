/* What of the tests a run has. In: a test or a name, and the seed of `--seed`. Out: is it its turn? */
#ifndef KANON_TURNS_H
#define KANON_TURNS_H

#include "driver.h"

/* With each how many seeds a test is run: 1 where all are asked for, or there is no seed. */
unsigned runs_between(const Test *test);
bool test_is_in_turn(const Test *test);
/* From here on, in the process of a test, turns are those within it. */
void turns_within(const Test *test);

#endif
