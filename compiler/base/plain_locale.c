/* Numbers are written and read with a point, whatever the locale of the host says. In: the thread's
 * locale. Out: the thread's locale, "C" in between. It is held for the length of a call that writes or
 * reads numbers, and is the thread's own, so no other thread sees it. */
#include "base/base.h"

#include <locale.h>

PlainLocale plain_locale_begin(void) {
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return (PlainLocale){plain, plain ? uselocale(plain) : (locale_t)0};
}

void plain_locale_end(PlainLocale held) {
    if (!held.plain) return;
    uselocale((locale_t)held.host);
    freelocale((locale_t)held.plain);
}
