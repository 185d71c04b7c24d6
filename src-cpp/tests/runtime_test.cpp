// The library answers on any machine: with no device it counts none and says why. With an argument that must be why.
#include <cstdio>
#include <cstring>

#include "semblance_kernels.h"

int main(int argc, char **argv) {
  const int version = smb_abi_version();
  const int devices = smb_device_count();
  const char *error = smb_last_error();
  std::printf("abi %d, devices %d, last error '%s'\n", version, devices, error);
  const bool explained = (devices > 0) == (std::strlen(error) == 0);
  const bool wanted = argc < 2 || (devices == 0 && std::strstr(error, argv[1]));
  return version == SMB_ABI_VERSION && devices >= 0 && explained && wanted ? 0 : 1;
}
