#pragma once
/* Glibc's Swift module leaves these three headers out; nothing else is needed from C for the loop. */
#if defined(__linux__)
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <malloc.h>
#endif
