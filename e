x.f32: 0.7 s, 1 channel, 192000 Hz, peak -1.23 dBFS at 0.347286 s, 51.1 times real time
