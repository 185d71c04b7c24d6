/*
 * The C surface of Semblance's CUDA kernels.
 *
 * Arguments are scalars and raw device addresses. A function that can fail returns 0 or the number of an error whose
 * text smb_last_error() then gives. Nothing here prints, exits or throws.
 */
#ifndef SEMBLANCE_KERNELS_H
#define SEMBLANCE_KERNELS_H

#ifdef SMB_BUILD
#define SMB_API __attribute__((visibility("default")))
#else
#define SMB_API
#endif

/* Raised with every change of this header that an older caller would misread. */
#define SMB_ABI_VERSION 1

#ifdef __cplusplus
extern "C" {
#endif

/* The SMB_ABI_VERSION that the library was built with. */
SMB_API int smb_abi_version(void);

/* What went wrong in the calling thread's last failed call, or an empty string; valid until its next call. */
SMB_API const char *smb_last_error(void);

/* Number of CUDA devices that can be used; 0 also where there is no driver, and smb_last_error() then says so. */
SMB_API int smb_device_count(void);

#ifdef __cplusplus
}
#endif

#endif
