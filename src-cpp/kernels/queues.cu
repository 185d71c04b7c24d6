// What the driver is asked for before it starts.
#include <cstdlib>

namespace smb {

// Graphs with branches want more of a device's queues than the driver's 8: work that shares one waits for work that it
// has nothing to do with. The driver reads this when it starts; what the environment says counts.
__attribute__((constructor)) static void prefer_queues() { setenv("CUDA_DEVICE_MAX_CONNECTIONS", "32", 0); }

}  // namespace smb
