/* Packets of OSC, without a network, and messages to a live run over the machine's own. */
#include "../compiler/play/osc_packet.h"
#include "../compiler/play/remote.h"
#include "mode_play.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- packets ------------------------------------------------------------------------------------------ */

typedef struct Told {
    Buf text; /* a line for each message */
    int n;
} Told;

static void tell(void *told, const OscMessage *m) {
    Told *t = told;
    t->n++;
    buf_printf(&t->text, "%s@%llx", m->address, (unsigned long long)m->time);
    for (int i = 0; i < m->n; i++)
        if (m->arguments[i].text)
            buf_printf(&t->text, " %c'%s'", m->arguments[i].type, m->arguments[i].text);
        else
            buf_printf(&t->text, " %c%g", m->arguments[i].type, m->arguments[i].number);
    buf_byte(&t->text, '\n');
}

/* Bytes of a text in C, whose zeros are told. */
#define PACKET(text) (const uint8_t *)(text), sizeof(text) - 1

static const struct {
    const char *told; /* "!": it is malformed */
    const uint8_t *packet;
    size_t size;
} packets[] = {
    {"/a@1\n", PACKET("/a\0\0,\0\0\0")},
    {"/a@1\n", PACKET("/a\0\0")},
    {"/a@1 i-2 f0.5 s'xyz' T1 F0 N0\n", PACKET("/a\0\0,ifsTFN\0\377\377\377\376\077\0\0\0xyz\0")},
    {"/a@1 d0.5 h7 t0 b0 i1\n", PACKET("/a\0\0,dhtbi\0\0\077\340\0\0\0\0\0\0\0\0\0\0\0\0\0\7"
                                       "\1\2\3\4\5\6\7\10\0\0\0\3abc\0\0\0\0\1")},
    {"/a@200000003\n/b@1 i1\n",
     PACKET("#bundle\0\0\0\0\2\0\0\0\3\0\0\0\4/a\0\0\0\0\0\40#bundle\0\0\0\0\0\0\0\0\1"
            "\0\0\0\14/b\0\0,i\0\0\0\0\0\1")},
    {"", PACKET("#bundle\0\0\0\0\0\0\0\0\1")},
    {"!", PACKET("")},
    {"!", PACKET("/a")},
    {"!", PACKET("/abc")},
    {"!", PACKET("abc\0")},
    {"!", PACKET("/a\0\0i\0\0\0\0\0\0\0")},
    {"!", PACKET("/a\0\0,i\0\0")},
    {"!", PACKET("/a\0\0,h\0\0\0\0\0\0")},
    {"!", PACKET("/a\0\0,s\0\0abcd")},
    {"!", PACKET("/a\0\0,b\0\0\0\0\0\5abcd")},
    {"!", PACKET("/a\0\0,b\0\0\377\377\377\377abcd")},
    {"!", PACKET("/a\0\0,q\0\0")},
    {"!", PACKET("#bundle\0\0\0\0\0\0\0\0\1\0\0\0\10/a\0\0")},
    {"!", PACKET("#bundle\0\0\0\0\0\0\0\0\1\0\0\0\4/a\0\0\0\0\0\4abc\0")},
};

/* A packet that is malformed somewhere is not taken at all. */
bool osc_packets_are_read(void) {
    bool good = true;
    for (size_t i = 0; i < sizeof packets / sizeof *packets; i++) {
        Told told = {0};
        const char *why;
        buf_puts(&told.text, "");
        uint8_t *copy = malloc(packets[i].size + 1); /* so that a sanitizer sees what lies behind */
        memcpy(copy, packets[i].packet, packets[i].size);
        const bool read = osc_read(copy, packets[i].size, tell, &told, &why);
        const char *text = read ? told.text.data : told.n > 0 ? "taken" : "!";
        if (read == !!why || !api_text_is(packets[i].told, text)) good = wrong("packet %zu", i);
        buf_free(&told.text);
        free(copy);
    }
    return good;
}

/* What is written is read; cut off or changed anywhere it does no harm. */
bool broken_osc_does_no_harm(void) {
    bool good = true;
    uint8_t room[128], changed[128];
    Told told = {0};
    const char *why;
    const size_t size = osc_write(room, sizeof room, "/param/x", "sfi", "abc", 0.25, -7);
    CLAIM(good, osc_read(room, size, tell, &told, &why));
    CLAIM(good, api_text_is("/param/x@1 s'abc' f0.25 i-7\n", told.text.data));
    for (size_t most = 0; most < size; most++)
        CLAIM(good, osc_write(changed, most, "/param/x", "sfi", "abc", 0.25, -7) == 0);
    unsigned chance = 1;
    for (int i = 0; i < 100000; i++) {
        const size_t n = (size_t)(i % (int)size) + 1;
        memcpy(changed, room, size);
        for (int k = 0; k < i % 4; k++) {
            chance = chance * 1664525u + 1013904223u;
            changed[(chance >> 16) % size] = (uint8_t)(chance >> 8);
        }
        uint8_t *copy = malloc(n);
        memcpy(copy, changed, n);
        told.text.length = 0;
        osc_read(copy, n, tell, &told, &why);
        free(copy);
    }
    buf_free(&told.text);
    return good;
}

bool osc_patterns_match(void) {
    static const struct {
        const char *pattern, *name;
        bool match;
    } cases[] = {
        {"cutoff", "cutoff", true},
        {"cutoff", "cutof", false},
        {"cutof", "cutoff", false},
        {"*", "cutoff", true},
        {"*", "", true},
        {"c*f", "cutoff", true},
        {"c*g", "cutoff", false},
        {"?utoff", "cutoff", true},
        {"?", "", false},
        {"[a-c]x", "bx", true},
        {"[a-c]x", "dx", false},
        {"[!a-c]x", "dx", true},
        {"[!a-c]x", "ax", false},
        {"[xyz]", "y", true},
        {"[xyz", "y", false},
        {"{foo,bar}2", "bar2", true},
        {"{foo,bar}", "baz", false},
        {"{foo", "foo", false},
        {"{a,ab}c", "abc", true},
        {"**a", "bba", true},
        {"{}x", "x", true},
    };
    bool good = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (osc_matches(cases[i].pattern, cases[i].name) != cases[i].match)
            good = wrong("%s, %s", cases[i].pattern, cases[i].name);
    /* one that takes long ends */
    CLAIM(good, !osc_matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
                             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    return good;
}

/* ---- a live run over the network ---------------------------------------------------------------------- */

Sender sender_begin(int port) {
    Sender s = {.socket = socket(AF_INET, SOCK_DGRAM, 0)};
    const struct timeval patience = {5, 0};
    s.to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    s.to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(s.socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return s;
}

void sender_send(const Sender *s, const uint8_t *packet, size_t size) {
    if (sendto(s->socket, packet, size, 0, (const struct sockaddr *)&s->to, sizeof s->to) < 0)
        wrong("it is not sent");
}

/* What is answered, as a line; "" in five seconds. To be freed. */
static char *hear(const Sender *s) {
    uint8_t room[4096];
    Told told = {0};
    const char *why;
    buf_puts(&told.text, "");
    const ssize_t size = recv(s->socket, room, sizeof room, 0);
    if (size > 0) osc_read(room, (size_t)size, tell, &told, &why);
    return told.text.data;
}

Remote *remote_on(Player *player, pthread_mutex_t *programs, int *port) {
    EngineError why;
    Remote *r = NULL;
    for (int i = 0; i < 50 && !r; i++) {
        char where[16];
        *port = 20000 + ((int)getpid() + 577 * i) % 20000;
        snprintf(where, sizeof where, "%d", *port);
        r = remote_begin(&(RemoteWish){where, false}, player, programs, -1, &why);
    }
    if (!r) wrong("no port: %s", why.message);
    return r;
}

/* Params in their units, notes, orders, and errors for what is wrong; answers are not answered. */
bool osc_is_answered(void) {
    static const struct {
        const char *address, *types, *answer;
        double number;
        const char *text;
    } asked[] = {
        {"/param/gain", "", "/param/gain@1 f-6 s'dB'\n", 0, NULL},
        {"/param/nix", "f", "/error@1 s'/param/nix' s'there is no param `nix`'\n", 1, NULL},
        {"/param/gain", "s", "/error@1 s'/param/gain' s'the value of a param is a number'\n", 0,
         "x"},
        {"/note", "sf", "/error@1 s'/note' s'a key is a number from 0 to 127'\n", 128, "on"},
        {"/note", "sf", "/error@1 s'/note' s'a note is: on or off, key, velocity, channel'\n", 60,
         "of"},
        {"/seek", "s", "/error@1 s'/seek' s'a place is a number of seconds'\n", 0, "x"},
        {"/eval", "f",
         "/error@1 s'/eval' s'a definition is a text, and so is the layer after it'\n", 1, NULL},
        {"/x", "",
         "/error@1 s'/x' s'there are /param/NAME, /note, /play, /pause, /seek, /eval, /mute and "
         "/solo'\n",
         0, NULL},
        {"/error", "", NULL, 0, NULL},
        {"/done", "", NULL, 0, NULL},
        {"/param/[fg]*", "", "/param/gain@1 f-6 s'dB'\n", 0, NULL},
    };
    bool good = true;
    int port;
    pthread_mutex_t programs = PTHREAD_MUTEX_INITIALIZER;
    KnProgram *p = live_compile("param gain = -6dB in -60dB..0dB\nparam other = 1 in 0..1\n"
                                "voice(f, gate, velocity) = t => 0\nout = voices * gain * other");
    static Player player;
    static Layer layer;
    KnLive *l = live_on(p, 2);
    play_begin(&player, &layer, l);
    Remote *r = remote_on(&player, &programs, &port);
    const Sender s = sender_begin(port);
    for (size_t i = 0; r && i < sizeof asked / sizeof *asked; i++) {
        uint8_t room[512];
        const char *types = asked[i].types;
        const bool text_first = *types == 's';
        sender_send(&s, room,
                    text_first
                        ? osc_write(room, sizeof room, asked[i].address, types, asked[i].text,
                                    asked[i].number)
                        : osc_write(room, sizeof room, asked[i].address, types, asked[i].number));
        if (!asked[i].answer) continue;
        char *answer = hear(&s);
        if (!api_text_is(asked[i].answer, answer)) good = wrong("%s", asked[i].address);
        free(answer);
    }
    remote_end(r);
    close(s.socket);
    kn_live_free(l);
    kn_program_free(p);
    return good && r;
}
