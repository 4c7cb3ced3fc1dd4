/* The floor: the requests of N generations (submit, status stream, result), C at a time, with bare libcurl and nothing
   else. Usage: floor BASE_URL N C BODY [CA_FILE] */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum stage { SUBMIT, STREAM, RESULT };

struct generation {
    CURL *easy;
    enum stage stage;
    char body[16384];
    size_t length;
    char response_url[512];
    char status_url[512];
};

static CURLM *multi;
static struct curl_slist *headers;
static const char *base, *payload, *ca;
static int started, finished, failed, total;

static size_t receive(char *data, size_t size, size_t count, void *context) {
    struct generation *g = context;
    size_t n = size * count;
    if (g->length + n < sizeof g->body) {
        memcpy(g->body + g->length, data, n);
        g->length += n;
        g->body[g->length] = 0;
    }
    return n;
}

static void send_request(struct generation *g, enum stage stage) {
    char url[600];
    g->stage = stage;
    g->length = 0;
    g->body[0] = 0;
    curl_easy_reset(g->easy);
    curl_easy_setopt(g->easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(g->easy, CURLOPT_WRITEDATA, g);
    curl_easy_setopt(g->easy, CURLOPT_PRIVATE, g);
    curl_easy_setopt(g->easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(g->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(g->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(g->easy, CURLOPT_PIPEWAIT, 1L);
    if (ca) curl_easy_setopt(g->easy, CURLOPT_CAINFO, ca);
    switch (stage) {
    case SUBMIT:
        snprintf(url, sizeof url, "%s/fal-ai/flux-lora", base);
        curl_easy_setopt(g->easy, CURLOPT_POSTFIELDS, payload);
        break;
    case STREAM: snprintf(url, sizeof url, "%s/stream", g->status_url); break;
    case RESULT: snprintf(url, sizeof url, "%s", g->response_url); break;
    }
    curl_easy_setopt(g->easy, CURLOPT_URL, url);
    curl_multi_add_handle(multi, g->easy);
}

static int take(const char *body, const char *name, char *into, size_t size) {
    const char *start = strstr(body, name);
    if (!start) return 0;
    start += strlen(name);
    const char *end = strchr(start, '"');
    if (!end || (size_t)(end - start) >= size) return 0;
    memcpy(into, start, (size_t)(end - start));
    into[end - start] = 0;
    return 1;
}

static void next(struct generation *g, CURLcode code) {
    long status = 0;
    curl_easy_getinfo(g->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi, g->easy);
    int good = code == CURLE_OK && (status == 200 || status == 202);
    if (good && g->stage == SUBMIT) {
        good = take(g->body, "\"response_url\":\"", g->response_url, sizeof g->response_url)
               && take(g->body, "\"status_url\":\"", g->status_url, sizeof g->status_url);
        if (good) {
            send_request(g, STREAM);
            return;
        }
    } else if (good && g->stage == STREAM) {
        send_request(g, RESULT);
        return;
    }
    if (!good) failed++;
    finished++;
    if (started < total) {
        started++;
        send_request(g, SUBMIT);
    }
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: floor BASE_URL N C BODY [CA_FILE]\n");
        return 64;
    }
    base = argv[1];
    total = atoi(argv[2]);
    int at_once = atoi(argv[3]);
    payload = argv[4];
    ca = argc > 5 ? argv[5] : NULL;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, ca ? 4L : 0L);
    headers = curl_slist_append(NULL, "Authorization: Key floor:floor");
    headers = curl_slist_append(headers, "Content-Type: application/json");
    struct generation *all = calloc((size_t)at_once, sizeof *all);
    for (int i = 0; i < at_once && started < total; i++) {
        all[i].easy = curl_easy_init();
        started++;
        send_request(&all[i], SUBMIT);
    }
    while (finished < total) {
        int running, queued;
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        while ((message = curl_multi_info_read(multi, &queued))) {
            struct generation *g;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&g);
            next(g, message->data.result);
        }
        if (finished < total) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    printf("%d generations, %d failed\n", finished, failed);
    return failed ? 1 : 0;
}
