/* Stands in front of libc in a process of `kept` (LD_PRELOAD) and ends it, with all its threads, in front of its n-th write:
 * to a file of a SQLite database, or to whoever it is connected with. The test sets n in a file that both have mapped, so the
 * count begins at a moment of its choice, and is one for all threads, which the count of a tracer is not. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct control {
    _Atomic uint32_t target;       /* 0: nothing is counted */
    _Atomic uint32_t count;
    _Atomic uint32_t burst;        /* so many writes of a file are points between two syncs of it */
    _Atomic uint32_t awaits_begin; /* sockets are counted from the first transaction on */
};

static struct control *control;
static _Atomic uint32_t since_sync[1024];

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("KEPT_TEST_BLOW");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *found = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (found != MAP_FAILED)
        control = found;
}

static void point(void) {
    uint32_t target = control->target;
    if (target != 0 && atomic_fetch_add(&control->count, 1) + 1 == target)
        kill(getpid(), SIGKILL);
}

static int is_armed(void) { return control != NULL && control->target != 0; }

static int is_database(int fd) {
    char link[64], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return 0;
    path[length] = 0;
    return strstr(path, ".db") != NULL;
}

static int is_socket(int fd) {
    struct stat found;
    return fstat(fd, &found) == 0 && S_ISSOCK(found.st_mode);
}

static void on_file(int fd) {
    if (is_armed() && fd >= 0 && fd < 1024 && is_database(fd) && since_sync[fd]++ < control->burst)
        point();
}

static void on_sync(int fd) {
    if (!is_armed() || !is_database(fd))
        return;
    if (fd >= 0 && fd < 1024)
        since_sync[fd] = 0;
    point();
}

static void on_socket(int fd, const void *bytes, size_t length) {
    if (!is_armed() || !is_socket(fd))
        return;
    if (control->awaits_begin) {
        if (memmem(bytes, length, "BEGIN", 5) == NULL)
            return;
        control->awaits_begin = 0;
    }
    point();
}

/* A server does what it was sent, whether anybody hears of it or not: behind a commit is a point of its own. */
static ssize_t sent(const void *bytes, ssize_t length) {
    if (is_armed() && !control->awaits_begin && length > 0 && memmem(bytes, length, "COMMIT", 6) != NULL)
        point();
    return length;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    on_file(fd);
    return REAL(pwrite64)(fd, bytes, length, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    on_file(fd);
    return REAL(pwrite)(fd, bytes, length, at);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    if (is_armed()) {
        on_socket(fd, bytes, length);
        on_file(fd);
    }
    return REAL(write)(fd, bytes, length);
}

int fsync(int fd) {
    on_sync(fd);
    return REAL(fsync)(fd);
}

int fdatasync(int fd) {
    on_sync(fd);
    return REAL(fdatasync)(fd);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
    on_socket(fd, bytes, length);
    return sent(bytes, REAL(send)(fd, bytes, length, flags));
}

ssize_t sendto(int fd, const void *bytes, size_t length, int flags, const struct sockaddr *to, socklen_t size) {
    on_socket(fd, bytes, length);
    return sent(bytes, REAL(sendto)(fd, bytes, length, flags, to, size));
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    if (message->msg_iovlen > 0)
        on_socket(fd, message->msg_iov[0].iov_base, message->msg_iov[0].iov_len);
    return REAL(sendmsg)(fd, message, flags);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (count > 0)
        on_socket(fd, parts[0].iov_base, parts[0].iov_len);
    return REAL(writev)(fd, parts, count);
}
