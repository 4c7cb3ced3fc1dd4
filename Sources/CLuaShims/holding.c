#include "shims.h"

LUASHIM_JUMPS_BEGIN

// semaphore:with(fn, ...), whose upvalue looks at the semaphore and the function and takes a permit. The semaphore is
// closed, which releases the permit, however the call ends; all of it may wait.

static int called(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L) - 1;
}

static int acquired(lua_State *L, int status, lua_KContext context) {
    lua_pop(L, 1);  // the semaphore once more
    lua_toclose(L, 1);
    lua_callk(L, lua_gettop(L) - 2, LUA_MULTRET, context, called);
    return called(L, status, context);
}

int luashim_with_permit(lua_State *L) {
    int count = lua_gettop(L) < 2 ? lua_gettop(L) : 2;
    lua_pushvalue(L, lua_upvalueindex(1));
    for (int index = 1; index <= count; index++) lua_pushvalue(L, index);
    lua_callk(L, count, 1, 0, acquired);
    return acquired(L, LUA_OK, 0);
}

LUASHIM_JUMPS_END
