/*
 * curl_late - libcurl, loaded when the first request is made: with all that it needs it takes as long to load as all
 * the rest of the program, and most verbs ask no network.
 */
#ifndef FETCH_CURL_LATE_H
#define FETCH_CURL_LATE_H

#include "base/error.h"

/* The checks of its macros are for calls by name. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/* libcurl's functions of these names without their curl_. */
struct curl_late {
    CURLcode (*global_init)(long flags);
    void (*global_cleanup)(void);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *curl);
    CURLcode (*easy_set)(CURL *curl, CURLoption option, ...);
    CURLcode (*easy_get)(CURL *curl, CURLINFO info, ...);
    CURLcode (*easy_perform)(CURL *curl);
    const char *(*easy_strerror)(CURLcode code);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
    CURLU *(*url)(void);
    void (*url_cleanup)(CURLU *url);
    CURLUcode (*url_set)(CURLU *url, CURLUPart part, const char *text, unsigned int flags);
    CURLUcode (*url_get)(const CURLU *url, CURLUPart part, char **text, unsigned int flags);
    void (*free_text)(void *text);
};

/* The functions, the same for all threads and until the program ends; NULL (ERROR_IO) when there is no libcurl or one
 * that lacks some. */
const struct curl_late *curl_late(struct error *err);

#endif
