/* SPDX-License-Identifier: MIT */
/* start_files.c - see start_files.h. */
#include "play/start_files.h"

#include "arena.h"
#include "play/certificate.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* The users that scenarios know: scenarios/README.md, *Start options*. */
static const char users[] = "mctap:secret\nother:terces\n";

/* Where servers look for the users of SASL, and their library for its configuration. */
static const char users_variable[] = "MEMCACHED_SASL_PWDB", folder_variable[] = "SASL_CONF_PATH";

struct start_files {
    struct arena *arena;
    char folder[32]; /* "": not made yet */
    struct tls_files tls;
    bool has_certificate, has_sasl;
};

struct start_files *start_files_new(void) {
    struct arena *arena = arena_new();
    struct start_files *files = arena_alloc(arena, sizeof *files);
    files->arena = arena;
    return files;
}

void start_files_free(struct start_files *files) {
    if (files->has_sasl) {
        unsetenv(users_variable);
        unsetenv(folder_variable);
    }
    DIR *folder = files->folder[0] ? opendir(files->folder) : NULL;
    struct dirent *entry;
    while (folder && (entry = readdir(folder)))
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder) {
        closedir(folder);
        rmdir(files->folder);
    }
    arena_free(files->arena);
}

/* A server may give up root before it reads its files, so others may read them, too. */
static bool make_folder(struct start_files *files) {
    if (files->folder[0])
        return true;
    snprintf(files->folder, sizeof files->folder, "/tmp/mctap-XXXXXX");
    if (mkdtemp(files->folder) && chmod(files->folder, 0755) == 0)
        return true;
    files->folder[0] = '\0';
    return false;
}

static const char *path_of(struct start_files *files, const char *name) {
    return arena_format(files->arena, "%s/%s", files->folder, name);
}

static bool write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    bool good = file && fputs(text, file) >= 0;
    return file && fclose(file) == 0 && good;
}

static bool make_certificate(struct start_files *files) {
    const char *certificate = path_of(files, "certificate"), *key = path_of(files, "key");
    if (files->has_certificate)
        return true;
    files->tls =
        (struct tls_files){.authority = certificate, .certificate = certificate, .key = key};
    return files->has_certificate = certificate_write(certificate, key);
}

const char *start_file(struct start_files *files, const char *name) {
    if (!make_folder(files))
        return NULL;
    const char *path = path_of(files, name);
    bool made = true, is_users = strcmp(name, "auth") == 0 || strcmp(name, "sasl") == 0;
    if (is_users && access(path, R_OK) != 0) /* once: a server may be reading it just now */
        made = write_file(path, users);
    else if (strcmp(name, "certificate") == 0 || strcmp(name, "key") == 0)
        made = make_certificate(files);
    return made ? path : NULL;
}

const struct tls_files *start_tls_files(struct start_files *files) {
    start_file(files, "certificate");
    return &files->tls;
}

/* ---- SASL ---- */

static const char tool[] = "saslpasswd2";

bool start_has_saslpasswd(void) {
    const char *path = getenv("PATH");
    char candidate[512];
    for (const char *at = path ? path : ""; *at;) {
        size_t length = strcspn(at, ":");
        snprintf(candidate, sizeof candidate, "%.*s/%s", (int)length, at, tool);
        if (access(candidate, X_OK) == 0)
            return true;
        at += length + (at[length] == ':');
    }
    return false;
}

/* Cyrus SASL has a file of its own, which its tool writes; the password is read from a pipe. */
static void add_user(struct start_files *files, const char *user, const char *password) {
    const char *database = path_of(files, "sasldb2");
    int ends[2], status = -1;
    pid_t pid = pipe(ends) == 0 ? fork() : -1;
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(ends[0], STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        close(ends[1]);
        execlp(tool, tool, "-c", "-p", "-f", database, "-a", "memcached", user, (char *)NULL);
        _exit(127);
    }
    if (pid > 0) {
        close(ends[0]);
        ssize_t written = write(ends[1], password, strlen(password));
        close(ends[1]);
        if (waitpid(pid, &status, 0) != pid || written < 0)
            status = -1;
    }
    if (status != 0)
        fprintf(stderr, "mctap: %s could not add a user to %s\n", tool, database);
}

void start_sasl(struct start_files *files) {
    if (files->has_sasl || !start_file(files, "sasl"))
        return;
    files->has_sasl = true;
    write_file(path_of(files, "memcached.conf"),
               arena_format(files->arena,
                            "mech_list: plain\npwcheck_method: auxprop\n"
                            "auxprop_plugin: sasldb\nsasldb_path: %s/sasldb2\n",
                            files->folder));
    setenv(users_variable, path_of(files, "sasl"), 1);
    setenv(folder_variable, files->folder, 1);
    if (!start_has_saslpasswd())
        return;
    add_user(files, "mctap", "secret");
    add_user(files, "other", "terces");
    chmod(path_of(files, "sasldb2"), 0644);
}
