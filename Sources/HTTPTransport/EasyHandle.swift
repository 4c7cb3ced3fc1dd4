internal import CCurl
internal import EventLoop

/// One of libcurl's easy handles with its error text; used again for many transfers, one after the other.
@LoopActor
final class EasyHandle {
    // A raw pointer is not Sendable; it is used on the loop only, except for the clean-up when nobody has it any more.
    nonisolated(unsafe) let pointer: UnsafeMutableRawPointer
    // As above.
    nonisolated(unsafe) private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?

    /// Nil when there is no memory for a handle.
    init?() {
        guard let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        _ = curl_set_error_buffer(pointer, errorText)
    }

    deinit {
        curl_easy_cleanup(pointer)
        errorText.deallocate()
    }

    /// libcurl's words for what went wrong, else those for `code`.
    func message(for code: CURLcode) -> String {
        errorText.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
    }

    /// Back to libcurl's defaults; connections and DNS answers belong to the multi handle and stay.
    func reset() {
        curl_easy_reset(pointer)
        curl_slist_free_all(headerList)
        headerList = nil
        errorText.pointee = 0
        _ = curl_set_error_buffer(pointer, errorText)
    }

    func set(_ option: CURLoption, _ value: Int) { _ = curl_set_long(pointer, option, value) }

    func set(_ option: CURLoption, size: Int) { _ = curl_set_offset(pointer, option, curl_off_t(size)) }

    func set(_ option: CURLoption, _ value: String) { _ = curl_set_string(pointer, option, value) }

    func set(_ option: CURLoption, _ value: UnsafeRawPointer?) { _ = curl_set_pointer(pointer, option, value) }

    /// Adds a line (`Name: value`), which libcurl copies, to those that `sendHeaderLines` sends.
    func add(headerLine line: UnsafePointer<CChar>) {
        headerList = curl_slist_append(headerList, line) ?? headerList
    }

    /// Sends the lines that were added.
    func sendHeaderLines() {
        if headerList != nil { _ = curl_set_list(pointer, CURLOPT_HTTPHEADER, headerList) }
    }

    /// Sends `bytes`, which libcurl copies.
    func set(body bytes: [UInt8]) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, size: bytes.count)
        bytes.withUnsafeBytes { set(CURLOPT_COPYPOSTFIELDS, $0.baseAddress ?? UnsafeRawPointer(errorText)) }
    }

    func number(_ info: CURLINFO) -> Int {
        var value = 0
        _ = curl_info_long(pointer, info, &value)
        return value
    }

    func size(_ info: CURLINFO) -> Int {
        var value: curl_off_t = 0
        _ = curl_info_offset(pointer, info, &value)
        return Int(value)
    }

    func string(_ info: CURLINFO) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        _ = curl_info_string(pointer, info, &value)
        return value.map { String(cString: $0) }
    }
}
