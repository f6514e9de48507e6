/* What whoever steers a performance may tell it, by keys, OSC or the socket of the session. */
#ifndef KANON_PLAY_ORDERS_H
#define KANON_PLAY_ORDERS_H

#include <stdbool.h>

typedef enum {
    ORDER_PLAY,
    ORDER_PAUSE,
    ORDER_SEEK,
    ORDER_EVAL,
    ORDER_MUTE,
    ORDER_SOLO,
    ORDER_SET,
    ORDER_LIST
} OrderKind;

typedef struct Order {
    OrderKind kind;
    bool on;       /* of ORDER_MUTE and ORDER_SOLO: else it is taken back */
    double number; /* seconds of ORDER_SEEK; the value of ORDER_SET, in the param's unit */
    char *name;    /* of a layer, or of the param; NULL: of the layer that is meant by itself */
    char *text;    /* the definition of ORDER_EVAL */
} Order;

/* What has come of it. `line` and `column`, from 1, are in the order's text; 0 where the reason has no place there. */
typedef struct OrderOutcome {
    char text[1024];
    int line, column;
} OrderOutcome;

void order_free(Order *order);
/* From words, as play/session_socket.h has them; `text` is changed. False: it is none, for this reason. The order is to be freed in any
 * case, and begins as zeros. */
bool order_read(char *text, Order *order, OrderOutcome *outcome);

#endif
