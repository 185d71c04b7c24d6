/* As much of a CUDA driver as the runtime asks before it refuses one that is too old. */
int cuInit(unsigned flags) {
  (void)flags;
  return 0;
}

int cuDriverGetVersion(int *version) {
  *version = 11040;
  return 0;
}
