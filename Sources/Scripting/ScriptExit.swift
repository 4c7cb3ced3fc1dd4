/// A script called `os.exit`: everything it had begun has ended in order, and the process is to end with this code.
package struct ScriptExit: Error {
    package let code: Int32

    package init(code: Int32) {
        self.code = code
    }
}
