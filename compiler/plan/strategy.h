/* Strategies by number, name and text; sets of them. */
#ifndef KANON_STRATEGY_H
#define KANON_STRATEGY_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
#define STRATEGY(name, ...) STRATEGY_##name,
#include "plan/strategies.def"
#undef STRATEGY
    STRATEGIES
} Strategy;

typedef struct StrategyInfo {
    const char *name, *text;
} StrategyInfo;
extern const StrategyInfo strategies[STRATEGIES];

/* A bit for each. */
typedef uint32_t StrategySet;

static inline bool strategy_is_in(StrategySet set, Strategy s) {
    return set >> s & 1;
}

#endif
