/* Programs nest as deeply as their writers like, and the compiler walks trees by recursion: it works
 * on a stack of 256 MiB, most of which is never touched. In: a function and its argument. Out: the
 * function has run, or false when there is no memory.
 *
 * Where glibc is, the caller's thread changes its stack: a thread would take 50 us to come and go,
 * and the memory that it frees would be given back to the system each time. A new stack takes 30 us, for
 * the system clears each page when it is first touched; so one waits for whoever comes next. The sanitizers
 * follow threads better than stacks, and elsewhere threads are what there is. */
#include "internal.h"

enum { STACK = 256 << 20, GUARD = 1 << 16 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)

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

bool run_deep(void (*work)(void *), void *data) {
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

bool run_deep(void (*work)(void *), void *data) {
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
