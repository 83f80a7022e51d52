/* Executes the tests of a batch one after the other, from handler to handler: nothing returns to the kernel between. */
#ifndef TESTS_H
#define TESTS_H
#include <signal.h>

void prepare_tests(const stack_t *signal_stack);
/* Until the batch is done, or there is no room for another result. */
void run_tests(void);
#endif
