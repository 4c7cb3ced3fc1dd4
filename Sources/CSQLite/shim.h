#pragma once
#include <sqlite3.h>

/* sqlite3_config takes variable arguments, which Swift cannot pass. Before SQLite's first use only. */
static inline int csqlite_forgo_memory_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
