/* The rows of strategies.def as a table. */
#include "plan/strategy.h"

const StrategyInfo strategies[STRATEGIES] = {
#define STRATEGY(name, ...) [STRATEGY_##name] = {__VA_ARGS__},
#include "plan/strategies.def"
#undef STRATEGY
};
