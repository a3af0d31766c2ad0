#pragma once
// Which instruction sets the vector kernels are compiled for. Include before any Highway header.
//
// AVX2 is the floor (x86-64-v3) and AVX-512 the only step above it that matters to double arithmetic,
// so the others are left out of the build. x86-64-v3 does not name PCLMUL and AES; no kernel here uses
// them, and without this Highway would not take AVX2 for the floor.
#ifndef HWY_DISABLE_PCLMUL_AES
#  define HWY_DISABLE_PCLMUL_AES
#endif
#ifndef HWY_DISABLED_TARGETS
#  define HWY_DISABLED_TARGETS HWY_AVX3_DL
#endif
