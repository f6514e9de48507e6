/* C text in, machine code in memory out (compiler/machine/libtcc.h): what it computes, what it may reach, what
 * it does when text or system refuse, and what it leaves behind. Each test is a process of its own,
 * so limits that it sets for itself hurt nobody. */
#include "driver.h"
#include "../compiler/engine/engine.h"
#include "../compiler/machine/libtcc.h"
#include "../compiler/strips/strips.h"
#include "../runtime/kernels.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef PR_SET_MDWE
#define PR_SET_MDWE              65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

/* ---- what the tests share -------------------------------------------------------------------- */

/* Compiles what has to compile. */
static JitCode *must_compile(const char *text, const JitSymbol *symbols, int n) {
    EngineError error = {0};
    JitCode *code = jit_compile(text, symbols, n, &error);
    if (!code) wrong("%s", error.message);
    return code;
}

/* Compiles what has to be refused, with a message that holds `part`. */
static bool must_refuse(const char *text, const char *part, EngineError *error) {
    *error = (EngineError){0};
    JitCode *code = jit_compile(text, NULL, 0, error);
    if (code) {
        jit_free(code);
        return wrong("this compiles: %s", text);
    }
    if (error->status != 3) return wrong("status %d: %s", error->status, error->message);
    return strstr(error->message, part) || wrong("no \"%s\" in: %s", part, error->message);
}

/* ISO C has no cast from an object to a function; POSIX promises that this works. */
static bool find(const JitCode *code, const char *name, void *function) {
    void *address = code ? jit_find(code, name) : NULL;
    memcpy(function, &address, sizeof address);
    return address || (code && wrong("there is no %s", name));
}

/* Pages of this process that are in memory. */
static long resident_pages(void) {
    long all = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file || fscanf(file, "%ld %ld", &all, &resident) != 2) abort();
    fclose(file);
    return resident;
}

/* Is any page both writable and executable? Prints it. */
static bool writable_and_executable(void) {
    char line[512];
    bool found = false;
    FILE *file = fopen("/proc/self/maps", "re");
    if (!file) abort();
    while (fgets(line, sizeof line, file))
        if (strstr(line, " rwx")) found = !wrong("%s", line);
    fclose(file);
    return found;
}

static const char add_text[] = "int add(int a, int b) { return a + b; }\n";

static bool adds(const JitCode *code) {
    int (*add)(int, int);
    return find(code, "add", &add) && (add(40, 2) == 42 || wrong("40 + 2 is not 42"));
}

/* ---- arithmetic: the same text through the host's compiler and through libtcc ----------------- */

#define TWICE(...)                                                                                 \
    __VA_ARGS__                                                                                    \
    static const char twice_text[] = #__VA_ARGS__;

/* clang-format off */
TWICE(
typedef struct In {
    double d, e;
    float f, g;
    long long i, j;
    unsigned long long u;
    int n;
    unsigned w;
    short s;
    signed char c;
} In;
typedef struct Out {
    double d[8];
    float f[8];
    long long i[12];
    unsigned long long u[8];
    int n[12];
} Out;

static void arithmetic(const In *in, Out *out) {
    out->d[0] = in->d * in->e + in->d;
    out->d[1] = in->d / in->e - 0.1;
    out->d[2] = -in->d;
    out->f[0] = in->f * in->g + in->f;
    out->f[1] = in->f / in->g - 0.1f;
    out->f[2] = -in->f;
    out->i[0] = in->i / 31 * 30 + in->j;
    out->i[1] = in->i / 7;
    out->i[2] = in->i % 7;
    out->u[0] = in->u * 0x9e3779b97f4a7c15ull + 1;
    out->u[1] = in->u / 10;
    out->u[2] = in->u % 10;
    out->n[0] = in->n / 3 + in->n % 3;
    out->n[1] = (int)(in->w / 3u + in->w % 3u);
    out->n[2] = in->d < in->e;
    out->n[3] = in->f >= in->g;
    out->n[4] = in->d != in->d;
    out->n[5] = in->i > in->j ? in->s : in->c;
}

static void shifts(const In *in, Out *out) {
    int by = in->n & 63;
    out->i[0] = in->i >> 1;
    out->i[1] = in->i >> by;
    out->i[2] = in->i >> 33;
    out->u[0] = in->u << by;
    out->u[1] = in->u >> by;
    out->u[2] = in->u << 40 | in->u >> 24;
    out->u[3] = in->u >> 63;
    out->u[4] = in->u ^ in->u >> 31;
    out->n[0] = (int)(in->w >> (by & 31));
    out->n[1] = in->n >> 4;
    out->n[2] = (int)(in->u >> 32);
}

static void conversions(const In *in, Out *out) {
    out->d[0] = (double)in->i;
    out->d[1] = (double)in->u;
    out->d[2] = (double)in->n;
    out->d[3] = (double)in->w;
    out->d[4] = (double)in->f;
    out->d[5] = (double)in->s;
    out->f[0] = (float)in->i;
    out->f[1] = (float)in->u;
    out->f[2] = (float)in->n;
    out->f[3] = (float)in->w;
    out->f[4] = (float)in->d;
    out->f[5] = (float)in->c;
    out->i[0] = (long long)in->d;
    out->i[1] = (long long)in->f;
    out->i[2] = (long long)in->n;
    out->i[3] = (long long)in->w;
    out->u[0] = (unsigned long long)(in->d < 0 ? -in->d : in->d);
    out->u[1] = (unsigned long long)(in->f < 0 ? -in->f : in->f);
    out->u[2] = (unsigned long long)in->n;
    out->n[0] = (int)(in->d < 1e9 && in->d > -1e9 ? in->d : 0);
    out->n[1] = (int)(in->f < 1e9f && in->f > -1e9f ? in->f : 0);
    out->n[2] = (int)(unsigned)(in->d < 4e9 && in->d >= 0 ? in->d : 0);
    out->n[3] = (short)in->n;
    out->n[4] = (signed char)in->n;
    out->n[5] = (int)in->i;
}

static void copies(const In *in, Out *out) {
    In copy = *in;
    In zero = {0};
    Out *into = out;
    int k;
    for (k = 0; k < 8; k++)
        into->d[k] = k < 4 ? copy.d : zero.d;
    copy.w++;
    out->n[0] = (int)(copy.w - in->w);
    out->n[1] = sizeof(In);
    out->n[2] = sizeof(Out);
    while (k-- > 2)
        if (k == 5) continue; else out->n[k + 1] = k * k;
}
)
/* clang-format on */

static const In inputs[] = {
    {0.5, 3.25, 0.5f, -3.25f, 1234567890123ll, -5, 0xfedcba9876543210ull, 77777, 4000000000u, -3,
     -7},
    {-1e15, 1e-300, 1e10f, 1e-40f, -9007199254740993ll, 9, 0x8000000000000401ull, -12345, 7, 30000,
     100},
    {9.2e18, 0.1, -16777216.0f, 0.1f, 9223372036854775807ll, 1, 0xffffffffffffffffull, 2147483647,
     4294967295u, 1, 1},
    {-0.0, 5e-324, 1.5f, 3.0f, 0, 0, 0x8000000000000400ull, 0, 0, 0, 0},
    {3000000000.9, 0.0, 123456.7f, 0.0f, -1, -1, 9007199254740993ull, -1, 2147483648u, -1, -1},
};

typedef void Calculation(const In *in, Out *out);

static bool calculates_alike(const char *name, Calculation *host) {
    static const char hidden[] = "#define static\n";
    char *text = text_format("%s%s", hidden, twice_text);
    JitCode *code = must_compile(text, NULL, 0);
    Calculation *calculation;
    bool good = find(code, name, &calculation);
    for (int i = 0; good && i < (int)(sizeof inputs / sizeof *inputs); i++) {
        Out expected, got;
        memset(&expected, 7, sizeof expected);
        memset(&got, 7, sizeof got);
        host(&inputs[i], &expected);
        calculation(&inputs[i], &got);
        const unsigned char *e = (const void *)&expected, *g = (const void *)&got;
        size_t at = 0;
        while (at < sizeof got && e[at] == g[at])
            at++;
        if (at < sizeof got)
            good = wrong("input %d: byte %zu of Out differs (d at 0, f at %zu, i at %zu, u at %zu, "
                         "n at %zu)",
                         i, at, offsetof(Out, f), offsetof(Out, i), offsetof(Out, u),
                         offsetof(Out, n));
    }
    jit_free(code);
    free(text);
    return good;
}

static bool arithmetic_is_that_of_the_host(void) {
    return calculates_alike("arithmetic", arithmetic);
}
static bool shifts_are_those_of_the_host(void) {
    return calculates_alike("shifts", shifts);
}
static bool conversions_are_those_of_the_host(void) {
    return calculates_alike("conversions", conversions);
}
static bool structs_are_laid_out_as_by_the_host(void) {
    return calculates_alike("copies", copies);
}

/* ---- symbols --------------------------------------------------------------------------------- */

static float mix(double a, float b, int c, int64_t d, const float *e) {
    return (float)a + b + (float)c + (float)d + *e;
}

/* In the program, which lies far from what mmap gives. */
static const float far_table[3] = {1, 2, 4};

static const char far_text[] =
    "float mix(double, float, int, long, const float *);\n"
    "extern const float table[3];\n"
    "static const float own[3] = {1, 2, 4};\n"
    "const float shared[3] = {1, 2, 4};\n"
    "static float (*const by_table[1])(double, float, int, long, const float *) = {mix};\n"
    "float direct(void) {\n"
    "    const float *data = table;\n"
    "    return mix(0.5, 0.25f, 8, 16, &table[1]) + data[2];\n"
    "}\n"
    "float indirect(void) { return by_table[0](1, 1, 1, 1, table); }\n"
    "float near(float x) { return x + own[1] * x - shared[2] / x; }\n";

static bool symbols_may_be_far_away(void) {
    const JitSymbol symbols[] = {{"mix", (const void *)mix}, {"table", far_table}};
    JitCode *code = must_compile(far_text, symbols, 2);
    float (*direct)(void), (*indirect)(void), (*near)(float);
    if (!find(code, "direct", &direct) || !find(code, "indirect", &indirect) ||
        !find(code, "near", &near))
        return false;
    bool good = direct() == 30.75f || wrong("direct is %g", (double)direct());
    if (indirect() != 5) good = wrong("indirect is %g", (double)indirect());
    if (near(2) != 4) good = wrong("near is %g", (double)near(2));
    if (llabs((const char *)symbols[1].address - (char *)jit_find(code, "direct")) < 1ll << 31)
        good = wrong("nothing is far away: the test shows nothing");
    jit_free(code);
    return good;
}

static bool only_functions_of_the_text_are_found(void) {
    const JitSymbol symbols[] = {{"given", (const void *)mix}};
    JitCode *code = must_compile("extern char given;\n"
                                 "static int hidden(void) { return 1; }\n"
                                 "int open(void) { return given + hidden(); }\n",
                                 symbols, 1);
    bool good = code && jit_find(code, "open");
    if (code && (jit_find(code, "given") || jit_find(code, "hidden") || jit_find(code, "memset")))
        good = wrong("found what is not of the text");
    if (code && (jit_size(code) == 0 || jit_size(code) > 1 << 16))
        good = wrong("the size is %zu", jit_size(code));
    jit_free(code);
    jit_free(NULL);
    return good;
}

static bool symbols_that_were_not_given_are_refused(void) {
    EngineError error;
    bool good = true;
    static const char *const names[] = {"puts", "exp", "malloc", "mprotect", "tcc_new", "unheard"};
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
        char *text = text_format("void %s(void);\nvoid f(void) { %s(); }\n", names[i], names[i]);
        good = must_refuse(text, names[i], &error) && good;
        free(text);
    }
    JitCode *code = must_compile(add_text, NULL, 0);
    good = adds(code) && good;
    jit_free(code);
    return good;
}

/* ---- what is refused ------------------------------------------------------------------------- */

static bool wrong_text_is_kept_and_named(void) {
    static const char text[] = "int f(void) { return 1; }\nint g(void) { return nothing; }\n";
    EngineError error;
    setenv("TMPDIR", settings.build, 1);
    if (!must_refuse(text, "bug of Kanon", &error)) return false;
    bool good = strstr(error.message, ":2: error: 'nothing' undeclared") != NULL;
    if (!good) wrong("%s", error.message);
    char *path = strstr(error.message, settings.build);
    if (!path) return wrong("no path: %s", error.message);
    path[strcspn(path, ":")] = 0;
    char *kept = file_read(path, NULL);
    good = kept ? text_same("the kept text", text, kept) && good : wrong("%s is not there", path);
    free(kept);
    unlink(path);
    setenv("TMPDIR", "/nowhere", 1);
    good = must_refuse(text, "could not be kept", &error) && good;
    JitCode *code = must_compile(add_text, NULL, 0);
    good = adds(code) && good;
    jit_free(code);
    return good;
}

static bool warnings_are_errors(void) {
    static const char *const texts[] = {
        "double *f(float *x) { return x; }\n",
        "int f(void) { return g(); }\n",
        "int *f(void) { return 7; }\n",
        "void f(int *p) { float *q = p; *q = 1; }\n",
        "#include <stdio.h>\n",
        "#include \"/etc/passwd\"\n",
        "int f(void) { return 1 }\n",
        "int f(void) { int a[2] = {1, 2, 3}; return a[0]; }\n",
        "\"no end\n",
        "}",
    };
    EngineError error;
    bool good = true;
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        good = must_refuse(texts[i], "refused", &error) && good;
    return good;
}

/* Hidden data is addressed relative to the code, which cannot reach so far: libtcc ends the process.
 */
static bool libtcc_that_gives_up_is_never_called_again(void) {
    EngineError error;
    JitCode *before = must_compile(add_text, NULL, 0);
    const JitSymbol table = {"table", far_table};
    static const char text[] =
        "extern const float table[3] __attribute__((visibility(\"hidden\")));\n"
        "float f(float x) { return x + table[2]; }\n";
    JitCode *code = jit_compile(text, &table, 1, &error);
    if (code) return wrong("this compiles");
    bool good = strstr(error.message, "gave up") && strstr(error.message, "relocation");
    if (!good) wrong("%s", error.message);
    good = must_refuse(add_text, "out of use", &error) && good;
    good = adds(before) && good;
    jit_free(before);
    return good;
}

/* ---- memory ---------------------------------------------------------------------------------- */

static bool compile_thirds(int cycles) {
    EngineError error;
    for (int i = 0; i < cycles; i++) {
        if (i % 3 == 2) {
            if (!must_refuse(i % 2 ? "int f(void) { return x; }\n" : "void x(); void f(){x();}\n",
                             "refused", &error))
                return false;
            continue;
        }
        JitCode *code = must_compile(i % 3 ? add_text : twice_text, NULL, 0);
        if (!code || (i % 3 && !adds(code))) return false;
        jit_free(code);
    }
    return true;
}

static bool many_cycles_leave_nothing(void) {
    int cycles = settings.sanitized ? 300 : 10000;
    if (!compile_thirds(cycles / 10)) return false;
    long before = resident_pages();
    if (!compile_thirds(cycles)) return false;
    long grown = resident_pages() - before;
    if (settings.sanitized) return true; /* its own memory grows; it looks for leaks itself */
    return grown < 64 || wrong("%ld pages more after %d cycles", grown, cycles);
}

/* libtcc knows no way on without memory; the process does. */
static bool no_memory_is_an_error(void) {
    EngineError error;
    if (settings.sanitized) return true; /* they need all the addresses there are */
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file || fscanf(file, "%ld", &pages) != 1) abort();
    fclose(file);
    rlim_t most = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + (256 << 10);
    if (setrlimit(RLIMIT_AS, &(struct rlimit){most, most}) != 0) return wrong("no limits");
    return must_refuse(add_text, "gave up", &error) && must_refuse(add_text, "out of use", &error);
}

static bool long_texts_compile(void) {
    Buf text = {0};
    buf_puts(&text, "double f(double x) {\n");
    for (int i = 0; i < 40000; i++)
        buf_printf(&text, "double v%d = x * %d.5 + %d;\n", i, i % 7, i);
    buf_puts(&text, "return v39999; }\n");
    JitCode *code = must_compile(text.data, NULL, 0);
    double (*f)(double);
    bool good = find(code, "f", &f) && (f(2) == 2 * (39999 % 7 + 0.5) + 39999 || wrong("%g", f(2)));
    jit_free(code);
    buf_free(&text);
    return good;
}

static bool code_outlives_other_code(void) {
    enum { MANY = 40 };
    JitCode *codes[MANY];
    bool good = true;
    for (int i = 0; i < MANY; i++) {
        char *text = text_format("int get(void) { return %d; }\n", i);
        codes[i] = must_compile(text, NULL, 0);
        free(text);
        if (i % 2) jit_free(codes[i - 1]), codes[i - 1] = NULL;
    }
    for (int i = 1; i < MANY; i += 2) {
        int (*get)(void);
        good = find(codes[i], "get", &get) && (get() == i || wrong("%d, not %d", get(), i)) && good;
        jit_free(codes[i]);
    }
    return good;
}

/* ---- threads --------------------------------------------------------------------------------- */

static void *compile_and_run(void *data) {
    bool *good = data;
    for (int i = 0; i < (settings.sanitized ? 100 : 1000) && *good; i++) {
        JitCode *code = must_compile(add_text, NULL, 0);
        *good = adds(code);
        jit_free(code);
    }
    return NULL;
}

/* The first compilations of the process, and all others. */
static bool two_threads_compile_at_once(void) {
    bool here = true, there = true;
    pthread_t thread;
    if (pthread_create(&thread, NULL, compile_and_run, &there) != 0) return wrong("no thread");
    compile_and_run(&here);
    pthread_join(thread, NULL);
    return here && there;
}

/* ---- pages ----------------------------------------------------------------------------------- */

static atomic_bool looking, seen;

static void look(void) {
    if (writable_and_executable()) atomic_store(&seen, true);
}

static void *keep_looking(void *data) {
    (void)data;
    while (atomic_load(&looking))
        look();
    return NULL;
}

static bool no_page_is_writable_and_executable(void) {
    pthread_t thread;
    const JitSymbol symbols[] = {{"look", (const void *)look}};
    atomic_store(&looking, true);
    if (pthread_create(&thread, NULL, keep_looking, NULL) != 0) return wrong("no thread");
    for (int i = 0; i < 300; i++) {
        JitCode *code = must_compile("void look(void);\nvoid f(void) { look(); }\n", symbols, 1);
        void (*f)(void);
        if (!find(code, "f", &f)) atomic_store(&seen, true);
        if (i % 10 == 0 && !atomic_load(&seen)) f();
        jit_free(code);
    }
    atomic_store(&looking, false);
    pthread_join(thread, NULL);
    return !atomic_load(&seen);
}

/* Refused again and again, and nothing grows. */
static bool refused_by_the_system(void) {
    EngineError error;
    for (int i = 0; i < 100; i++)
        if (!must_refuse(add_text, "no machine code", &error)) return false;
    long before = resident_pages();
    for (int i = 0; i < 1000; i++)
        if (!must_refuse(add_text, "no machine code", &error)) return false;
    long grown = resident_pages() - before;
    return settings.sanitized || grown < 64 || wrong("%ld pages more", grown);
}

static bool memory_that_may_not_become_code_is_an_error(void) {
    if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0)
        return errno == EINVAL || wrong("prctl: %s", strerror(errno)); /* a kernel before 6.3 */
    return refused_by_the_system();
}

/* mprotect and mmap with PROT_EXEC fail, as in a service with MemoryDenyWriteExecute. */
static bool forbid_executable_pages(void) {
    enum {
        NUMBER = offsetof(struct seccomp_data, nr),
        THIRD = offsetof(struct seccomp_data, args[2])
    };
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NUMBER),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, THIRD),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
    };
    struct sock_fprog filter = {sizeof program / sizeof *program, program};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

static bool filter_against_code_is_an_error(void) {
    if (!forbid_executable_pages()) {
        printf("no filter is possible here: %s\n", strerror(errno));
        return true;
    }
    return refused_by_the_system();
}

/* ---- files and printing ---------------------------------------------------------------------- */

static bool no_file_is_opened(void) {
    struct rlimit kept, none;
    if (getrlimit(RLIMIT_NOFILE, &kept) != 0) return wrong("no limits");
    none = (struct rlimit){0, kept.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    EngineError error = {0};
    JitCode *code = jit_compile(add_text, NULL, 0, &error);
    setrlimit(RLIMIT_NOFILE, &kept);
    if (!code) return wrong("%s", error.message);
    bool good = adds(code);
    jit_free(code);
    return good;
}

/* ---- the list -------------------------------------------------------------------------------- */

/* A program then runs by another engine when the choice is ours, and is an error when it is not. */
static bool other_engines_take_over(void) {
    if (!forbid_executable_pages()) return true; /* no seccomp here: nothing to see */
    EngineError error = {0};
    static const char text[] = "out(t) = sin(tau * 440 * t)";
    Compile *c = compile_create(&(CompileOptions){.rate = 48000, .verify = true});
    bool good = compile_front(c, "tone.kn", text, sizeof text - 1, false);
    Engine *jit = engine_create(c, ENGINE_JIT, &error);
    good = good && (!jit && error.status == 3 ? true : wrong("jit: status %d", error.status));
    Engine *e = engine_create(c, ENGINE_AUTO, &error);
    if (!e) return wrong("auto: %s", error.message);
    if (strcmp(engine_name(e), "jit") == 0) good = wrong("auto is %s", engine_name(e));
    Instance *i = instance_create(e, 0);
    float block[64], *outputs[] = {block};
    instance_process(i, NULL, outputs, 64);
    if (!(block[27] > 0.9f)) good = wrong("frame 27 of a sine is %g", (double)block[27]);
    instance_free(i);
    engine_free(e);
    engine_free(jit);
    compile_free(c);
    return good;
}

/* ---- machine code of calls ---------------------------------------------------------------------- */

static uint64_t heard[12]; /* arguments of the last call of hear */
static int heard_count;

/* Stands for the kernel lti3: six words in registers, the others on the stack. */
static void hear(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g,
                 uint64_t h, uint64_t i, uint64_t j, uint64_t k, int n) {
    const uint64_t all[] = {a, b, c, d, e, f, g, h, i, j, k, (uint64_t)n};
    memcpy(heard, all, sizeof heard);
    heard_count++;
}

static double heard_numbers[2];

/* Stands for select_d_kk. */
static void hear_numbers(double *y, const double *x, double first, double second, int n) {
    (void)y, (void)x, (void)n;
    heard_numbers[0] = first;
    heard_numbers[1] = second;
}

static void add_words(StripCode *s) {
    strip_call(s, KERNEL_lti3);
    strip_add_buffer(s, strip_buffer(s, OF_DOUBLE));
    strip_add_buffer(s, strip_buffer(s, OF_FLOAT));
    strip_add_frame(s, -5);
    strip_add_frame(s, INT64_C(1) << 40);
    strip_add(
        s, (StripArgument){.kind = ARGUMENT_PHASE, .of.word = 11, .and.step = UINT64_C(1) << 50});
    strip_add_field(s, 24);
    strip_add_field(s, UINT64_C(3) << 30);
    strip_add_integer(s, -7);
    strip_add_word(s, UINT64_MAX - 1);
    strip_add(s, (StripArgument){.kind = ARGUMENT_OUTPUT, .number = 1});
    strip_add_count(s);
}

static bool calls_get_their_arguments(void) {
    static const void *functions[KERNELS];
    static float left[8], right[8];
    float *const outputs[] = {left, right};
    void (*strip)(void *self, char *w, int64_t n0, int n, const float *const *inputs,
                  float *const *outputs, int at);
    char state[64], work[64];
    double minus = -2.5;
    StripCode s = {.depth = 0};
    StripMachine machine = {.npieces = 0};
    EngineError error = {0};
    functions[KERNEL_lti3] = (const void *)hear;
    functions[KERNEL_select_d_kk] = (const void *)hear_numbers;
    add_words(&s);
    strip_call(&s, KERNEL_select_d_kk);
    strip_add_buffer(&s, 0);
    strip_add_buffer(&s, 0);
    strip_add_number(&s, 0.1);
    strip_add(&s, (StripArgument){.kind = ARGUMENT_VALUE, .negated = true, .of.word = 8});
    strip_add_count(&s);
    strip_place_buffers(&s);
    memcpy(state + 8, &minus, sizeof minus);
    if (!strip_assemble(&s, 16, functions, &machine)) {
        strip_code_free(&s);
        return true; /* a machine that has it as text */
    }
    JitCode *code = jit_load(machine.code.data, machine.code.length, &error);
    if (!code) return wrong("%s", error.message);
    void *address = jit_at(code, 0);
    memcpy(&strip, &address, sizeof strip);
    strip(state, work, 1000, 3, NULL, outputs, 2);
    const uint64_t self = (uint64_t)(uintptr_t)state;
    const uint64_t wanted[] = {(uint64_t)(uintptr_t)work,
                               (uint64_t)(uintptr_t)work + 128,
                               995,
                               (UINT64_C(1) << 40) + 1000,
                               11 + (UINT64_C(1) << 50) * 1000,
                               UINT64_C(1) << 50,
                               self + 24,
                               self + (UINT64_C(3) << 30),
                               (uint64_t)-7,
                               UINT64_MAX - 1,
                               (uint64_t)(uintptr_t)(right + 2),
                               3};
    bool good = heard_count == 1 && heard_numbers[0] == 0.1 && heard_numbers[1] == 2.5;
    for (int i = 0; i < 12; i++)
        if (heard[i] != wanted[i])
            good = wrong("argument %d is %#lx, not %#lx", i, (long)heard[i], (long)wanted[i]);
    jit_free(code);
    buf_free(&machine.code);
    strip_code_free(&s);
    return good;
}

/* What the engine calls for several voices is given addresses, in words that it only reads: no strip calls it. */
static bool is_of_voices(int id) {
    const char *last = strrchr(kernels[id].name, '_');
    return last && strcmp(last, "_voices") == 0;
}

static bool each_kernel_changes_its_first_argument(void) {
    bool good = true;
    for (int id = 0; id < KERNELS; id++)
        if (strip_writes(id) < 1 && !is_of_voices(id))
            good = wrong("%s changes nothing", kernels[id].name);
    return good;
}

/* ---- stages ---------------------------------------------------------------------------------- */

/* What is said of the engine of a program for two threads: its stages, whether the first may begin anywhere, and whether
 * something is handed over. */
static bool cut(const char *text, int least, int most, bool anywhere, bool hands_over) {
    Compile *c = compile_create(&(CompileOptions){.rate = 48000, .threads = 2});
    EngineError error = {0};
    Engine *e = compile_front(c, "cut.kn", text, strlen(text), true)
                    ? engine_create(c, ENGINE_JIT, &error)
                    : NULL;
    if (!e) return wrong("%s: %s", text, error.message);
    const int stages = engine_stages(e);
    bool good = stages >= least && stages <= most && engine_starts_anywhere(e) == anywhere &&
                (engine_handed_bytes(e) > 0) == hands_over;
    if (!good)
        wrong("%s: %d stages, %s, %zu bytes are handed over", text, stages,
              engine_starts_anywhere(e) ? "from anywhere" : "in order", engine_handed_bytes(e));
    engine_free(e);
    compile_free(c);
    return good;
}

/* What remembers nothing, what is little, what feeds back as one; voices before a reverb, and voices that remember. */
static bool programs_are_cut_where_it_pays(void) {
    if (kernels_best() == KERNELS_BASELINE) return true; /* steps are text there */
    return cut("t => sum(1..9, k => tanh(sin(tau*110*k*t)))", 1, 1, true, false) &&
           cut("noise(1) |> lowpass(_, 500)", 1, 1, false, false) &&
           cut("{ y(t) = sum(1..20, k => tanh(k * y(t - dt) + 1)); y }", 1, 1, false, false) &&
           cut("(t => sum(1..30, k => tanh(sin(tau*110*k*t)))) |> freeverb", 2, 3, true, true) &&
           cut("(t => sum(1..6, k => (noise(k) |> lowpass(_, 300 * k) |> tanh)(t))) |> freeverb", 2,
               8, false, true);
}

static const struct {
    const char *name;
    bool (*run)(void);
    bool threads; /* it begins some: ThreadSanitizer runs it */
} tests[] = {
#define ROW(name, threads)                                                                         \
    { #name, name, threads }
    ROW(arithmetic_is_that_of_the_host, false),
    ROW(each_kernel_changes_its_first_argument, false),
    ROW(shifts_are_those_of_the_host, false),
    ROW(conversions_are_those_of_the_host, false),
    ROW(structs_are_laid_out_as_by_the_host, false),
    ROW(symbols_may_be_far_away, false),
    ROW(only_functions_of_the_text_are_found, false),
    ROW(symbols_that_were_not_given_are_refused, false),
    ROW(wrong_text_is_kept_and_named, false),
    ROW(warnings_are_errors, false),
    ROW(libtcc_that_gives_up_is_never_called_again, false),
    ROW(many_cycles_leave_nothing, false),
    ROW(no_memory_is_an_error, false),
    ROW(long_texts_compile, false),
    ROW(code_outlives_other_code, false),
    ROW(two_threads_compile_at_once, true),
    ROW(no_page_is_writable_and_executable, true),
    ROW(memory_that_may_not_become_code_is_an_error, false),
    ROW(filter_against_code_is_an_error, false),
    ROW(other_engines_take_over, true),
    ROW(no_file_is_opened, false),
    ROW(calls_get_their_arguments, false),
    ROW(loops_give_what_their_kernels_give, false),
    ROW(programs_are_cut_where_it_pays, false),
};
enum { TESTS = sizeof tests / sizeof *tests };

const char *jit_name(int i) {
    return i < TESTS ? tests[i].name : NULL;
}

bool jit_begins_threads(const char *name) {
    for (int i = 0; i < TESTS; i++)
        if (strcmp(name, tests[i].name) == 0) return tests[i].threads;
    return false;
}

bool run_jit(const Test *test) {
    setenv("TMPDIR", "/nowhere", 1); /* most refused texts are not worth keeping */
    for (int i = 0; i < TESTS; i++)
        if (strcmp(test->name, tests[i].name) == 0)
            return tests[i].run() && says_its_threads(tests[i].threads);
    return wrong("no such test");
}
