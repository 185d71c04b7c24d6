/*
 * libcublas.so.12 for hosts that have only libcublas.so.13: the functions of cuBLAS that JCublas 12 calls on our
 * behalf, under CUDA 12's version node, each passed on to CUDA 13's library, whose functions have the same arguments.
 * JCublas' other imports stay unresolved, which is harmless until one is called. A real libcublas.so.12 is preferred
 * where there is one.
 */
#include <dlfcn.h>
#include <stddef.h>

#define NOT_INITIALIZED 1 /* CUBLAS_STATUS_NOT_INITIALIZED */
#define EXPORT __attribute__((visibility("default")))

static void *target(const char *name) {
  void *library = dlopen("libcublas.so.13", RTLD_NOW | RTLD_LOCAL);
  return library ? dlsym(library, name) : NULL;
}

/* Defines a function that passes its arguments on; looking it up twice from two threads gives the same answer. */
#define FORWARD(name, parameters, arguments)            \
  EXPORT int name parameters {                          \
    static int(*volatile call) parameters;              \
    if (!call) call = (int(*) parameters)target(#name); \
    return call ? call arguments : NOT_INITIALIZED;     \
  }

FORWARD(cublasCreate_v2, (void **handle), (handle))
FORWARD(cublasDestroy_v2, (void *handle), (handle))
FORWARD(cublasGetVersion_v2, (void *handle, int *version), (handle, version))
FORWARD(cublasSetStream_v2, (void *handle, void *stream), (handle, stream))
FORWARD(cublasSetMathMode, (void *handle, int mode), (handle, mode))
FORWARD(cublasSetWorkspace_v2, (void *handle, void *workspace, size_t bytes), (handle, workspace, bytes))
FORWARD(cublasGetPointerMode_v2, (void *handle, int *mode), (handle, mode))
FORWARD(cublasSetPointerMode_v2, (void *handle, int mode), (handle, mode))
FORWARD(cublasSgemm_v2,
        (void *handle, int ta, int tb, int m, int n, int k, const float *alpha, const float *a, int lda, const float *b,
         int ldb, const float *beta, float *c, int ldc),
        (handle, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc))
