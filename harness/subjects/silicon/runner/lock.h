/* What the runner gives up. */
#ifndef LOCK_H
#define LOCK_H
/* Root's rights, and the way back to them. Returns a message where it fails, else null. */
const char *drop_privileges(void);
/*
 * Every system call but a few at our own sites, which read `orders` and write `reports` and nothing else: all others
 * arrive as SIGSYS. Returns a message where it fails.
 */
const char *lock_system_calls(int orders, int reports);
#endif
