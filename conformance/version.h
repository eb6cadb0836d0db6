/* SPDX-License-Identifier: MIT */
/* version.h - what mctap calls itself, in --version and in reports. */
#pragma once

#define MCTAP_VERSION "0.1.0"
