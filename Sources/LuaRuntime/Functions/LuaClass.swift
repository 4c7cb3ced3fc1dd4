import CLua
import CLuaShims
package import EventLoop

/// The Lua side of a Swift class: what scripts can do with its objects.
@LoopActor
package final class LuaClass<Object: AnyObject> {
    /// For messages and `tostring`: "fal.handle".
    package let name: String
    private let declaration: (@LoopActor () -> LuaClassDeclaration)?
    private let methods: [(String, LuaFunction)]
    private let toString: (@LoopActor (Object) -> String)?
    private let close: LuaFunction?

    /// - Parameters:
    ///   - declaration: says of each method what its arguments must be; asked for when the first object is made.
    ///   - methods: by the name that scripts use (`handle:result()`); the object is argument 1.
    ///   - toString: what tostring(object) gives; else the name.
    ///   - close: called for `local x <close> = object`; may be an awaiting function.
    package init(
        _ name: String, declaration: (@LoopActor () -> LuaClassDeclaration)? = nil, methods: [(String, LuaFunction)],
        toString: (@LoopActor (Object) -> String)? = nil, close: LuaFunction? = nil
    ) {
        self.name = name
        self.declaration = declaration
        self.methods = methods
        self.toString = toString
        self.close = close
    }

    fileprivate var key: UnsafeRawPointer { UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque()) }

    fileprivate func register(on stack: LuaStack) {
        // The state knows the class by its address: it keeps the class alive.
        stack.state.keepAlive(self)
        stack.pushTable(fieldCount: 6)
        stack.pushTable(fieldCount: methods.count)
        let declaration = declaration?()
        for (name, function) in methods {
            stack.push(function, declaredAs: declaration?.method(name))
            stack.setField(name)
        }
        // The methods' table: what `__index` becomes, and where help looks.
        if let declaration { stack.registerClassTable(declaration.name) }
        stack.setField("__index")
        stack.push(name)
        stack.setField("__name")
        stack.push(false)
        stack.setField("__metatable")
        stack.push(description)
        stack.setField("__tostring")
        if let close {
            stack.push(close)
            stack.setField("__close")
        }
        guard stack.reserve(2) else { return }
        lua_pushcclosure(stack.pointer, luashim_collect_object, 0)
        stack.setField("__gc")
        luashim_register_class(stack.pointer, key)
    }

    private var description: LuaFunction {
        let name = name
        let toString = toString
        let key = key
        return LuaFunction("\(name).__tostring") { call in
            if let toString, let object: Object = call.stack.object(at: 1, key: key) {
                call.stack.push(toString(object))
            } else {
                call.stack.push(name)
            }
            return 1
        }
    }
}

extension LuaStack {
    /// Pushes a userdata that owns `object` until Lua collects it.
    package func push<Object: AnyObject>(_ object: Object, as luaClass: LuaClass<Object>) {
        guard reserve(6) else { return }
        let retained = Unmanaged.passRetained(object)
        guard luashim_push_object(pointer, retained.toOpaque()) else {
            retained.release()
            return pushNil()
        }
        if luashim_set_class(pointer, luaClass.key) { return }
        luaClass.register(on: self)
        _ = luashim_set_class(pointer, luaClass.key)
    }

    /// The Swift object of the userdata at `index` when it is of `luaClass`.
    package func object<Object: AnyObject>(at index: Int32, of luaClass: LuaClass<Object>) -> Object? {
        object(at: index, key: luaClass.key)
    }

    fileprivate func object<Object: AnyObject>(at index: Int32, key: UnsafeRawPointer) -> Object? {
        guard reserve(2), let object = luashim_object(pointer, index, key) else { return nil }
        return Unmanaged<Object>.fromOpaque(object).takeUnretainedValue()
    }
}
