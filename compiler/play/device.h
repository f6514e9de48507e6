/* Sound devices: which there are, and one that runs. */
#ifndef KANON_PLAY_DEVICE_H
#define KANON_PLAY_DEVICE_H

#include "base/base.h"

typedef struct Device Device;

/* What is wanted. */
typedef struct DeviceWish {
    const char *output; /* a number of device_list, or words of a name; NULL: the usual one */
    const char *input;  /* the same, "default", or NULL: none */
    double rate;        /* frames a second; 0: 48000 where it can be, else what the device has */
    int outputs;        /* channels; 0: as many as `program` */
    int program;        /* outputs of the program: one is heard on two channels */
    int inputs;         /* channels, where there is an input */
    int block;          /* frames a call; 0: as the device likes */
} DeviceWish;

/* What it is. Texts live as long as the device. */
typedef struct DeviceFacts {
    const char *name, *system; /* "system", "JACK Audio Connection Kit" */
    const char *input;         /* NULL: none */
    double rate;
    int outputs, inputs;
    double output_latency, input_latency; /* seconds; known when it has started */
} DeviceFacts;

/* The next frames, an array for each channel; `xrun`: some before them came too late. On a thread of the device. */
typedef void DeviceCallback(void *context, const float *const *inputs, float *const *outputs,
                            int frames, bool xrun);

/* Finds it. NULL with a reason: there is none, or none like that. */
Device *device_find(const DeviceWish *wish, EngineError *why);
const DeviceFacts *device_facts(const Device *device);
/* False with a reason. */
bool device_start(Device *device, DeviceCallback *callback, void *context, EngineError *why);
/* It runs, and has not gone. */
bool device_is_there(const Device *device);
/* Waits until what was given is heard, stops and frees. False: its system does not answer within some seconds; then the device is left
 * where it is, and may still call. Not of one that has gone. */
bool device_end(Device *device);
/* A line for each device; false with a reason, also when there is none. */
bool device_list(Buf *out, EngineError *why);

#endif
