/* What is held and where controllers stand, whatever plays. In: events. Out: keys in the order in which they were struck, and channels.
 * compiler/print_c/interface.c writes this text into standalone C before runtime/voices.c, which needs it; compiler/engine/instrument.c
 * compiles it for all programs in memory. */

static void kn_keyboard_begin(KnKeyboard *board) {
    memset(board, 0, sizeof *board);
    for (int i = 0; i < KN_CHANNELS; i++) {
        board->channel[i].bend_range = 2.0;
        board->channel[i].timbre = 0.5;
        board->channel[i].parameter = 127 << 7 | 127;
    }
}

/* The channel that speaks for all members of MPE; itself elsewhere. */
static const KnChannel *kn_master(const KnKeyboard *board, int channel) {
    return channel >= 1 && channel <= board->members ? &board->channel[0] : NULL;
}

static double kn_bend_of(const KnKeyboard *board, int channel) {
    const KnChannel *master = kn_master(board, channel);
    return board->channel[channel].bend + (master ? master->bend : 0.0);
}

static int kn_is_sustained(const KnKeyboard *board, int channel) {
    const KnChannel *master = kn_master(board, channel);
    return board->channel[channel].sustain || (master && master->sustain);
}

static int kn_same_key(double a, double b) {
    return !(a < b) && !(a > b);
}

static void kn_forget_key(KnKeyboard *board, int channel, double key) {
    int kept = 0;
    for (int i = 0; i < board->nheld; i++)
        if (board->held[i].channel != channel || !kn_same_key(board->held[i].key, key))
            board->held[kept++] = board->held[i];
    board->nheld = kept;
}

/* It is the last of those that are held; one too many makes room for it. */
static void kn_keep_key(KnKeyboard *board, int channel, double key, double velocity) {
    kn_forget_key(board, channel, key);
    if (board->nheld == KN_KEYS_HELD)
        kn_forget_key(board, board->held[0].channel, board->held[0].key);
    board->held[board->nheld++] = (KnKey){channel, key, velocity, -1.0};
}

static void kn_forget_keys(KnKeyboard *board, int channel) {
    int kept = 0;
    for (int i = 0; i < board->nheld; i++)
        if (board->held[i].channel != channel) board->held[kept++] = board->held[i];
    board->nheld = kept;
}

static void kn_press_key(KnKeyboard *board, int channel, double key, double pressure) {
    for (int i = 0; i < board->nheld; i++)
        if (board->held[i].channel == channel && kn_same_key(board->held[i].key, key))
            board->held[i].pressure = pressure;
}

/* Registered parameters: 0 the range of bends, 6 the members of MPE. */
static void kn_set_parameter(KnKeyboard *board, KnChannel *channel, int byte) {
    if (channel->parameter == 0) channel->bend_range = byte;
    if (channel->parameter != 6 || channel != &board->channel[0]) return;
    board->members = byte < KN_CHANNELS ? byte : KN_CHANNELS - 1;
    for (int i = 1; i <= board->members; i++)
        board->channel[i].bend_range = 48.0;
}

/* The numbers of MIDI 1.0; 6, 100 and 101 are registered parameters. */
static void kn_move_controller(KnKeyboard *board, int index, int number, double value) {
    KnChannel *channel = &board->channel[index];
    const int byte = (int)(value * 127.0 + 0.5);
    switch (number) {
    case 6: kn_set_parameter(board, channel, byte); break;
    case 64: channel->sustain = byte >= 64; break;
    case 74: channel->timbre = value; break;
    case 100: channel->parameter = (channel->parameter & ~127) | byte; break;
    case 101: channel->parameter = (channel->parameter & 127) | byte << 7; break;
    case 120:
    case 123: kn_forget_keys(board, index); break;
    case 121:
        channel->bend = channel->pressure = 0.0;
        channel->timbre = 0.5;
        channel->sustain = 0;
        break;
    default: break;
    }
}

static void kn_keyboard_hear(KnKeyboard *board, const KnEvent *event) {
    KnChannel *channel = &board->channel[event->channel];
    switch (event->kind) {
    case KN_NOTE_ON: kn_keep_key(board, event->channel, event->key, event->value); break;
    case KN_NOTE_OFF: kn_forget_key(board, event->channel, event->key); break;
    case KN_KEY_PRESSURE: kn_press_key(board, event->channel, event->key, event->value); break;
    case KN_PRESSURE: channel->pressure = event->value; break;
    case KN_BEND: channel->bend = event->value; break;
    case KN_BEND_PART: channel->bend = event->value * channel->bend_range; break;
    case KN_CONTROLLER:
        kn_move_controller(board, event->channel, (int)event->key, event->value);
        break;
    default: kn_forget_keys(board, event->channel); break;
    }
}
