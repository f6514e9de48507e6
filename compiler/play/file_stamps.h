/* Files as they were when they were read: has one of them changed since? */
#ifndef KANON_PLAY_FILE_STAMPS_H
#define KANON_PLAY_FILE_STAMPS_H

#include "base/base.h"

#include <sys/stat.h>

typedef struct FileStamp {
    char *path;
    struct timespec written;
    off_t size; /* -1: it was not there */
    ino_t number;
} FileStamp;

/* Begins as zeros. */
typedef struct FileStamps {
    FileStamp *items;
    int n, cap;
} FileStamps;

/* As it is now. */
void file_stamps_add(FileStamps *stamps, const char *path);
bool file_stamps_differ(const FileStamps *stamps);
void file_stamps_free(FileStamps *stamps);

#endif
