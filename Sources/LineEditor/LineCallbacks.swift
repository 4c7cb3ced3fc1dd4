import CEdit

/// The doors through which libedit enters Swift, on the editing thread.
func lineCallbacks(owner: UnsafeMutableRawPointer?) -> cedit_callbacks {
    cedit_callbacks(
        owner: owner,
        read: { owner, character in
            guard let owner, let character else { return -1 }
            return thread(owner).readCharacter(&character.pointee)
        },
        prompt: { owner in
            UnsafePointer(owner.flatMap { thread($0).prompt })
        },
        complete: { owner in
            owner.map { thread($0).completeWord() } ?? UInt8(CC_ERROR)
        })
}

/// The thread owns the editor, and ends it before itself.
private func thread(_ owner: UnsafeMutableRawPointer) -> EditingThread {
    Unmanaged<EditingThread>.fromOpaque(owner).takeUnretainedValue()
}
