/*
 * interrupt - a polite end: SIGINT, SIGTERM and SIGHUP set a flag that long work looks at between
 * steps, so that what is begun is finished or left for recovery in order.
 */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

#include "base/error.h"

/* Installs the handlers; a second signal of the same kind ends the process at once. SIGPIPE is
 * ignored, so that a closed pipe is an error of write(). */
void interrupt_install(void);

/* As if a signal had come: for a program that gives up while its other threads are at work. */
void interrupt_request(void);

/* 0, or -1 with ERROR_TEMPORARY once a signal has come. */
int interrupt_check(struct error *err);

#endif
