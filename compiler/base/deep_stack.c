/* Programs nest as deeply as their writers like, and the compiler walks trees by recursion: it works
 * on a stack of 256 MiB, most of which is never touched. In: a function and its argument. Out: the
 * function has run, or false when there is no memory.
 *
 * Where glibc is, the caller's thread changes its stack: a thread would take 50 us to come and go,
 * and the memory that it frees would be given back to the system each time. A new stack takes 30 us, for
 * the system clears each page when it is first touched; so one waits for whoever comes next. The sanitizers
 * follow threads better than stacks, and elsewhere threads are what there is. */
#include "base/base.h"

enum { STACK = 256 << 20, GUARD = 1 << 16 };

#if defined(__GLIBC__) && !SANITIZED

#include <stdatomic.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { KEPT = 256 << 10 }; /* bytes at the top, where a stack begins, that stay in memory */

static _Atomic(char *) waiting; /* a stack that nobody uses, or NULL */

typedef struct Switch {
    ucontext_t caller, callee;
    void (*work)(void *);
    void *data;
} Switch;

/* makecontext hands on numbers only. */
static void begin(unsigned high, unsigned low) {
    Switch *s = (Switch *)(uintptr_t)((uint64_t)high << 32 | low);
    s->work(s->data);
}

static char *stack_take(void) {
    char *stack = atomic_exchange(&waiting, NULL);
    if (stack) return stack;
    stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return NULL;
    if (mprotect(stack, GUARD, PROT_NONE) == 0) return stack;
    munmap(stack, STACK);
    return NULL;
}

static void stack_give(char *stack) {
    madvise(stack + GUARD, STACK - GUARD - KEPT, MADV_DONTNEED);
    stack = atomic_exchange(&waiting, stack);
    if (stack) munmap(stack, STACK);
}

/* The library may be unloaded before the process ends. */
__attribute__((destructor)) static void stack_release(void) {
    char *stack = atomic_exchange(&waiting, NULL);
    if (stack) munmap(stack, STACK);
}

static bool run_on(char *stack, void (*work)(void *), void *data) {
    Switch s = {.work = work, .data = data};
    if (getcontext(&s.callee) != 0) return false;
    s.callee.uc_stack.ss_sp = stack;
    s.callee.uc_stack.ss_size = STACK;
    s.callee.uc_link = &s.caller;
    uint64_t self = (uintptr_t)&s;
    makecontext(&s.callee, (void (*)(void))begin, 2, (unsigned)(self >> 32), (unsigned)self);
    return swapcontext(&s.caller, &s.callee) == 0;
}

static bool run_on_deep_stack(void (*work)(void *), void *data) {
    char *stack = stack_take();
    if (!stack) return false;
    bool ran = run_on(stack, work, data);
    stack_give(stack);
    return ran;
}

#else

#include <pthread.h>

typedef struct Task {
    void (*work)(void *);
    void *data;
} Task;

static void *begin(void *task) {
    ((Task *)task)->work(((Task *)task)->data);
    return NULL;
}

static bool run_on_deep_stack(void (*work)(void *), void *data) {
    Task task = {work, data};
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    pthread_attr_setguardsize(&attributes, GUARD);
    int failed = pthread_create(&thread, &attributes, begin, &task);
    pthread_attr_destroy(&attributes);
    if (!failed) pthread_join(thread, NULL);
    return !failed;
}

#endif

/* ---- who runs there ---------------------------------------------------------------------------- */

static _Thread_local bool is_deep;

typedef struct Guarded {
    void (*work)(void *);
    void *data;
    MemoryOwner *memory; /* of the guard around, NULL: there is none */
    bool enough;         /* of it */
} Guarded;

static void run_guarded(void *guarded) {
    Guarded *g = guarded;
    is_deep = true;
    g->enough = memory_guard(g->memory, g->work, g->data);
    is_deep = false;
}

/* Out of memory does not jump from one stack to another, but is carried there. */
bool run_deep(void (*work)(void *), void *data) {
    if (is_deep) {
        work(data);
        return true;
    }
    Guarded guarded = {work, data, memory_owner(), true};
    bool ran = run_on_deep_stack(run_guarded, &guarded);
    if (!guarded.enough) memory_failed(0);
    return ran;
}

/* ---- the stack of whoever calls ---------------------------------------------------------------- */

#if defined(__GLIBC__)

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

/* Where the stack of the first thread begins; glibc defines it. Asking it of pthread_getattr_np would read a
 * file each time. */
extern void *__libc_stack_end;

static size_t left_of_first(const char *here) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return SIZE_MAX;
    uintptr_t used = (uintptr_t)__libc_stack_end - (uintptr_t)here;
    return used < limit.rlim_cur ? limit.rlim_cur - used : SIZE_MAX; /* another stack */
}

static size_t left_of_thread(const char *here) {
    pthread_attr_t attributes;
    void *bottom;
    size_t size, guard;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return SIZE_MAX;
    bool known = pthread_attr_getstack(&attributes, &bottom, &size) == 0 &&
                 pthread_attr_getguardsize(&attributes, &guard) == 0;
    pthread_attr_destroy(&attributes);
    const char *lowest = (char *)bottom + (known ? guard : 0);
    /* a stack that the host made itself, as coroutines have them, is not known */
    if (!known || here < lowest || here >= (char *)bottom + size) return SIZE_MAX;
    return (size_t)(here - lowest);
}

size_t stack_left(void) {
    const char here = 0;
    return gettid() == getpid() ? left_of_first(&here) : left_of_thread(&here);
}

#else

size_t stack_left(void) {
    return SIZE_MAX;
}

#endif
