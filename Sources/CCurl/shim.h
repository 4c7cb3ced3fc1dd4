#pragma once
#include <curl/curl.h>

/*
 * libcurl's option calls take their last argument through `...`, which Swift cannot call: each wrapper below fixes one
 * type of that argument. Where the type is a callback, naming it here lets the Swift compiler check the closure.
 */

/* Variadic: a number is passed as `long`. */
static inline CURLcode curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

/* Variadic: a size or offset is passed as `curl_off_t`, which is wider than `long` on some systems. */
static inline CURLcode curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/* Variadic: a string, which libcurl copies. */
static inline CURLcode curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

/* Variadic: an object pointer that libcurl keeps and hands back. */
static inline CURLcode curl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}

/* Variadic: a header list, which libcurl does not copy. */
static inline CURLcode curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

/* Variadic: the error buffer, of at least CURL_ERROR_SIZE bytes. */
static inline CURLcode curl_set_error_buffer(CURL *easy, char *buffer) {
    return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, buffer);
}

/* Variadic: the callback of WRITEFUNCTION and HEADERFUNCTION (bytes that came). */
static inline CURLcode curl_set_sink(
    CURL *easy, CURLoption option, size_t (*function)(char *, size_t, size_t, void *)) {
    return curl_easy_setopt(easy, option, function);
}

/* Variadic: the callback that supplies a request's body. */
static inline CURLcode curl_set_read(CURL *easy, size_t (*function)(char *, size_t, size_t, void *)) {
    return curl_easy_setopt(easy, CURLOPT_READFUNCTION, function);
}

/* Variadic: the callback that rewinds a request's body. */
static inline CURLcode curl_set_seek(CURL *easy, int (*function)(void *, curl_off_t, int)) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, function);
}

/* Variadic: the callback before each sending of a request, a repeated one included. */
static inline CURLcode curl_set_prerequest(CURL *easy, int (*function)(void *, char *, char *, int, int)) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, function);
}

/* Variadic: the callback that opens a socket. */
static inline CURLcode curl_set_open_socket(
    CURL *easy, curl_socket_t (*function)(void *, curlsocktype, struct curl_sockaddr *)) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, function);
}

/* Variadic: the callback that closes a socket. */
static inline CURLcode curl_set_close_socket(CURL *easy, int (*function)(void *, curl_socket_t)) {
    return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, function);
}

/* Variadic: what libcurl knows of a transfer, as a number. */
static inline CURLcode curl_info_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

/* Variadic: what libcurl knows of a transfer, as a size. */
static inline CURLcode curl_info_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

/* Variadic: what libcurl knows of a transfer, as a string of its own. */
static inline CURLcode curl_info_string(CURL *easy, CURLINFO info, char **value) {
    return curl_easy_getinfo(easy, info, value);
}

/* Variadic: what libcurl keeps for us with a transfer. */
static inline CURLcode curl_info_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}

/* Variadic: a number of the multi handle. */
static inline CURLMcode curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/* Variadic: an object pointer that the multi handle keeps and hands back. */
static inline CURLMcode curl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}

/* Variadic: the callback that says what to watch a socket for. */
static inline CURLMcode curl_multi_set_socket(CURLM *multi, int (*function)(CURL *, curl_socket_t, int, void *, void *)) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function);
}

/* Variadic: the callback that says when to call again. */
static inline CURLMcode curl_multi_set_timer(CURLM *multi, int (*function)(CURLM *, long, void *)) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function);
}

/* The result of a finished transfer is in a C union, which Swift sees without its cases' meaning. */
static inline CURLcode curl_message_result(const CURLMsg *message) {
    return message->data.result;
}
