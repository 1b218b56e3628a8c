/* The floor of the file queue's round trip: what the protocol's files cost with nothing around them.
 *
 *   queue-floor <folder> <rounds>
 *
 * An engine and an agent, a process each. A task is written beside and renamed into tasks/; the agent
 * hears of it by inotify, renames it into claimed/, reads it, writes its answer beside, renames that
 * into answers/ and removes the claim; the engine hears of it, reads it and renames it into answered/.
 * Prints the nanoseconds of every round trip, a line each. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char text[800];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void must(int result, const char *what) {
  if (result < 0) fail(what);
}

static void put(const char *draft, const char *path) {
  int file = open(draft, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  must(file, draft);
  if (write(file, text, sizeof text) != (ssize_t)sizeof text) fail("write");
  close(file);
  must(rename(draft, path), path);
}

static void get(const char *path) {
  char bytes[4096];
  int file = open(path, O_RDONLY);
  must(file, path);
  if (read(file, bytes, sizeof bytes) <= 0) fail("read");
  close(file);
}

static int watch(const char *folder) {
  int watcher = inotify_init1(IN_CLOEXEC);
  must(watcher, "inotify_init1");
  must(inotify_add_watch(watcher, folder, IN_MOVED_TO), folder);
  return watcher;
}

static void await_name(int watcher) {
  char events[8192];
  if (read(watcher, events, sizeof events) <= 0) fail("inotify");
}

int main(int argc, char **argv) {
  if (argc < 3 || chdir(argv[1]) != 0) fail("usage: queue-floor <folder> <rounds>");
  int rounds = atoi(argv[2]);
  memset(text, 'x', sizeof text);
  const char *folders[] = {"tasks", "claimed", "answers", "answered", "tmp"};
  for (size_t at = 0; at < sizeof folders / sizeof *folders; at++) mkdir(folders[at], 0777);
  int tasks = watch("tasks"), answers = watch("answers");
  pid_t agent = fork();
  must(agent, "fork");
  char task[64], claim[64], answer[64], done[64];
  for (int round = 0; round < rounds; round++) {
    snprintf(task, sizeof task, "tasks/task-%d.yaml", round);
    snprintf(claim, sizeof claim, "claimed/task-%d.yaml", round);
    snprintf(answer, sizeof answer, "answers/response-%d.yaml", round);
    snprintf(done, sizeof done, "answered/response-%d.yaml", round);
    if (agent == 0) {
      await_name(tasks);
      must(rename(task, claim), claim);
      get(claim);
      put("tmp/answer", answer);
      must(unlink(claim), claim);
    } else {
      struct timespec from, to;
      clock_gettime(CLOCK_MONOTONIC, &from);
      put("tmp/task", task);
      await_name(answers);
      get(answer);
      must(rename(answer, done), done);
      clock_gettime(CLOCK_MONOTONIC, &to);
      printf("%lld\n", (to.tv_sec - from.tv_sec) * 1000000000LL + to.tv_nsec - from.tv_nsec);
    }
  }
  if (agent != 0) wait(NULL);
  return 0;
}
