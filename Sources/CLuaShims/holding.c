#include "shims.h"

#include <string.h>

LUASHIM_JUMPS_BEGIN

// semaphore:with(fn, ...), whose upvalue is semaphore.acquire. The semaphore is closed, which releases the permit,
// however the call ends; all of it may wait.

static int called(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L) - 1;
}

static int acquired(lua_State *L, int status, lua_KContext context) {
    lua_pop(L, 1);  // acquire returns the semaphore once more
    lua_toclose(L, 1);
    lua_callk(L, lua_gettop(L) - 2, LUA_MULTRET, context, called);
    return called(L, status, context);
}

int luashim_with_permit(lua_State *L) {
    if (luaL_getmetafield(L, 1, "__name") != LUA_TSTRING || strcmp(lua_tostring(L, -1), "semaphore") != 0)
        return luaL_typeerror(L, 1, "semaphore");
    lua_pop(L, 1);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 1);
    lua_callk(L, 1, 1, 0, acquired);
    return acquired(L, LUA_OK, 0);
}

LUASHIM_JUMPS_END
