#include "fetch/curl_late.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The name that goes with libcurl's binary interface since 2006. */
#define LIBRARY "libcurl.so.4"

static struct curl_late calls;
static bool is_whole;
static char trouble[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static const struct {
    const char *name;
    void *place; /* of the pointer in `calls` */
} functions[] = {
    {"curl_global_init", &calls.global_init},
    {"curl_global_cleanup", &calls.global_cleanup},
    {"curl_easy_init", &calls.easy_init},
    {"curl_easy_cleanup", &calls.easy_cleanup},
    {"curl_easy_setopt", &calls.easy_set},
    {"curl_easy_getinfo", &calls.easy_get},
    {"curl_easy_perform", &calls.easy_perform},
    {"curl_easy_strerror", &calls.easy_strerror},
    {"curl_slist_append", &calls.slist_append},
    {"curl_url", &calls.url},
    {"curl_slist_free_all", &calls.slist_free_all},
    {"curl_url_cleanup", &calls.url_cleanup},
    {"curl_url_set", &calls.url_set},
    {"curl_url_get", &calls.url_get},
    {"curl_free", &calls.free_text},
};

static void load(void)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    is_whole = library != NULL;
    for (size_t i = 0; is_whole && i < sizeof functions / sizeof *functions; i++) {
        /* POSIX makes a function's address fit; C has no cast for it. */
        void *function = dlsym(library, functions[i].name);
        is_whole = function != NULL;
        memcpy(functions[i].place, &function, sizeof function);
    }
    const char *why = is_whole ? NULL : dlerror();
    snprintf(trouble, sizeof trouble, "%s", why ? why : "");
}

const struct curl_late *curl_late(struct error *err)
{
    pthread_once(&once, load);
    if (is_whole)
        return &calls;
    error_set(err, ERROR_IO, "libcurl cannot be loaded (%s): install it (Debian: libcurl4)",
              trouble);
    return NULL;
}
