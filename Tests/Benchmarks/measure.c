/* Runs a command and prints what it cost: wall seconds, CPU seconds (user + system), peak memory in MB, exit status.
   Usage: measure OUTPUT COMMAND [ARG ...]; the command's own output goes to OUTPUT. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: measure OUTPUT COMMAND [ARG ...]\n");
        return 64;
    }
    double start = now();
    pid_t child = fork();
    if (child < 0) {
        perror("fork");
        return 71;
    }
    if (child == 0) {
        int output = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0644);
        if (output < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) _exit(74);
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) < 0) {
        perror("wait4");
        return 71;
    }
#ifdef __APPLE__
    double megabytes = (double)usage.ru_maxrss / 1048576;
#else
    double megabytes = (double)usage.ru_maxrss / 1024;
#endif
    printf("%.4f %.4f %.1f %d\n", now() - start, seconds(usage.ru_utime) + seconds(usage.ru_stime), megabytes,
           WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
