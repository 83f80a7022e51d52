#ifndef SIGNATURE_H
#define SIGNATURE_H
#include "wire.h"
/* Which CPU this is. */
struct welcome signature_of_cpu(void);
#endif
