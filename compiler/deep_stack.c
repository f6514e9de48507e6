/* Programs nest as deeply as their writers like, and the compiler walks trees by recursion: it works
 * on a stack of 256 MiB, most of which is never touched. In: a function and its argument. Out: the
 * function has run, or false when there is no memory.
 *
 * Where glibc is, the caller's thread changes its stack: a thread would take 50 us to come and go,
 * and the memory that it frees would be given back to the system each time. The sanitizers follow
 * threads better than stacks, and elsewhere threads are what there is. */
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

#include <sys/mman.h>
#include <ucontext.h>

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

bool run_deep(void (*work)(void *), void *data) {
    char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return false;
    Switch s = {.work = work, .data = data};
    bool ready = mprotect(stack, GUARD, PROT_NONE) == 0 && getcontext(&s.callee) == 0;
    if (ready) {
        s.callee.uc_stack.ss_sp = stack;
        s.callee.uc_stack.ss_size = STACK;
        s.callee.uc_link = &s.caller;
        uint64_t self = (uintptr_t)&s;
        makecontext(&s.callee, (void (*)(void))begin, 2, (unsigned)(self >> 32), (unsigned)self);
        ready = swapcontext(&s.caller, &s.callee) == 0;
    }
    munmap(stack, STACK);
    return ready;
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
