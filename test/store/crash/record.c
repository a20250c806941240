/*
 * Records what a process does to the files of one database, and what it says on standard output, in
 * the order in which it does so. Loaded with LD_PRELOAD; crash/oplog.ts reads what it writes.
 *
 * CRASH_FOLDER  absolute path of the folder of the database
 * CRASH_LOG     file to write to; without it nothing is recorded
 *
 * It also makes calls fail. The process asks for that by writing to standard output, which goes no
 * further: `!NTH ERRNO 0` fails the nth call from now, `!NTH ERRNO 1` that and all after it, `!0 0 0`
 * none. Such a write fails with EALREADY if a call was failed since the one before.
 *
 * A record: what (1 byte), file (1 byte), offset (8), length (4), then the bytes of a write or a word.
 *   W write   T truncate to offset   S sync   C create   U unlink   D sync of the folder   A said
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OTHER = 0, FILES = 3, FOLDER = 9, DESCRIPTORS = 4096 };
static const char *const suffixes[FILES] = {".db", ".db-wal", ".db-journal"};
static unsigned char file_of[DESCRIPTORS];
static const char *folder;
static size_t folder_length;
static int log_fd = -1;

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

static void fail(const char *why) {
  dprintf(2, "record: %s\n", why);
  abort();
}

__attribute__((constructor)) static void start(void) {
  const char *log = getenv("CRASH_LOG");
  folder = getenv("CRASH_FOLDER");
  if (folder == NULL) return;
  folder_length = strlen(folder);
  if (log == NULL) return;
  log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (log_fd < 0) fail("cannot open the log");
}

/* 1 to FILES for a file of the database, FOLDER for its folder, OTHER for the rest of the world. */
static unsigned char classify(const char *path) {
  if (folder == NULL || strncmp(path, folder, folder_length) != 0) return OTHER;
  const char *name = path + folder_length;
  if (*name == '\0' || strcmp(name, "/") == 0) return FOLDER;
  if (*name != '/' || strchr(name + 1, '/') != NULL) return OTHER;
  size_t length = strlen(name);
  for (int at = 0; at < FILES; at++) {
    size_t end = strlen(suffixes[at]);
    if (length > end && strcmp(name + length - end, suffixes[at]) == 0) return (unsigned char)(at + 1);
  }
  return OTHER;
}

static unsigned char file(int fd) { return fd >= 0 && fd < DESCRIPTORS ? file_of[fd] : OTHER; }

static void record(char what, unsigned char which, uint64_t offset, const void *bytes, uint32_t length) {
  if (log_fd < 0) return;
  char head[14];
  head[0] = what;
  head[1] = (char)which;
  memcpy(head + 2, &offset, 8);
  memcpy(head + 10, &length, 4);
  struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
  if (syscall(SYS_writev, log_fd, parts, length > 0 ? 2 : 1) != (long)(sizeof head + length)) fail("cannot write the log");
}

static long fail_in;
static int fail_errno, fail_on, has_failed;

/* True where this call, which concerns the database, is the one to fail. */
static int fails(unsigned char which) {
  if (which == OTHER || fail_in <= 0 || --fail_in > 0) return 0;
  if (fail_on) fail_in = 1;
  has_failed = 1;
  errno = fail_errno;
  return 1;
}

static ssize_t control(const char *bytes, size_t length) {
  char text[64] = {0};
  memcpy(text, bytes + 1, length < sizeof text ? length - 1 : sizeof text - 1);
  int had_failed = has_failed;
  has_failed = 0;
  if (sscanf(text, "%ld %d %d", &fail_in, &fail_errno, &fail_on) != 3) fail("cannot read what should fail");
  if (!had_failed) return (ssize_t)length;
  errno = EALREADY;
  return -1;
}

static int opened(int fd, unsigned char which, int flags, int is_new) {
  if (fd < 0) return fd;
  if (fd >= DESCRIPTORS) fail("too many descriptors");
  file_of[fd] = which;
  if (which == OTHER || which == FOLDER) return fd;
  if (is_new) record('C', which, 0, NULL, 0);
  else if (flags & O_TRUNC) record('T', which, 0, NULL, 0);
  return fd;
}

#define OPEN(name)                                                                                 \
  int name(const char *path, int flags, ...) {                                                     \
    va_list rest;                                                                                  \
    va_start(rest, flags);                                                                         \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                        \
    va_end(rest);                                                                                  \
    unsigned char which = classify(path);                                                          \
    if (fails(which)) return -1;                                                                   \
    int is_new = which != OTHER && which != FOLDER && access(path, F_OK) != 0;                     \
    return opened(REAL(name)(path, flags, mode), which, flags, is_new);                            \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  if (fd >= 0 && fd < DESCRIPTORS) file_of[fd] = OTHER;
  return REAL(close)(fd);
}

int unlink(const char *path) {
  unsigned char which = classify(path);
  if (fails(which)) return -1;
  int result = REAL(unlink)(path);
  if (result == 0 && which != OTHER && which != FOLDER) record('U', which, 0, NULL, 0);
  return result;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  if (fd == 1 && folder != NULL && length > 1 && *(const char *)bytes == '!') return control(bytes, length);
  if (fails(file(fd))) return -1;
  off64_t at = file(fd) != OTHER ? lseek64(fd, 0, SEEK_CUR) : 0;
  ssize_t done = REAL(write)(fd, bytes, length);
  if (done > 0 && fd == 1 && log_fd >= 0) record('A', 0, 0, bytes, (uint32_t)done);
  if (done > 0 && file(fd) != OTHER) record('W', file(fd), (uint64_t)at, bytes, (uint32_t)done);
  return done;
}

#define PWRITE(name, offset_type)                                                                  \
  ssize_t name(int fd, const void *bytes, size_t length, offset_type at) {                         \
    if (fails(file(fd))) return -1;                                                                \
    ssize_t done = REAL(name)(fd, bytes, length, at);                                              \
    if (done > 0 && file(fd) != OTHER) record('W', file(fd), (uint64_t)at, bytes, (uint32_t)done); \
    return done;                                                                                   \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define SYNC(name)                                                                                 \
  int name(int fd) {                                                                               \
    if (fails(file(fd))) return -1;                                                                \
    int result = REAL(name)(fd);                                                                   \
    if (result == 0 && file(fd) != OTHER) record(file(fd) == FOLDER ? 'D' : 'S', file(fd), 0, NULL, 0); \
    return result;                                                                                 \
  }
SYNC(fsync)
SYNC(fdatasync)

#define TRUNCATE(name, offset_type)                                                                \
  int name(int fd, offset_type size) {                                                             \
    if (fails(file(fd))) return -1;                                                                \
    int result = REAL(name)(fd, size);                                                             \
    if (result == 0 && file(fd) != OTHER) record('T', file(fd), (uint64_t)size, NULL, 0);          \
    return result;                                                                                 \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)
