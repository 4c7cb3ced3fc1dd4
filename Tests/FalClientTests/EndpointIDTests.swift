import Testing

@testable import FalClient

@Suite(.timeLimit(.minutes(5)))
struct EndpointIDTests {
    @Test(arguments: [
        ("fal-ai/flux-lora", "fal-ai/flux-lora", ""),
        ("fal-ai/flux-pro/v1.1-ultra-finetuned", "fal-ai/flux-pro", "v1.1-ultra-finetuned"),
        ("fal-ai/kling-video/v2/master/text-to-video", "fal-ai/kling-video", "v2/master/text-to-video"),
        ("workflows/me/portrait", "workflows/me/portrait", ""), ("comfy/me/graph/run", "comfy/me/graph", "run"),
        ("110602490-lcm", "110602490/lcm", ""), ("110602490-sdxl-turbo", "110602490/sdxl-turbo", ""),
    ]) func `requests are asked for at the id without its path`(text: String, base: String, path: String) throws {
        let endpoint = try EndpointID(text)
        #expect(endpoint.requestBase == base)
        #expect(endpoint.path == path)
        #expect(try EndpointID(endpoint.description) == endpoint)
    }

    @Test(arguments: [
        "", "flux-lora", "/", "fal-ai/", "/flux-lora", "fal-ai//flux", "fal-ai/flux-lora/", "fal-ai/../admin",
        "fal-ai/flux lora", "fal-ai/flux?x=1", "fal-ai/flux#a", "https://fal.run/fal-ai/flux", "fal-ai/флюкс",
        "workflows/me",
        "comfy", "a-b", "123-", "fal-ai/a%2Fb", "fal-ai/flux\r\nHost: x", "./a", "fal-ai/.",
    ]) func `what is no id is refused`(text: String) {
        #expect { try EndpointID(text) } throws: { ($0 as? FalError)?.code == .validation }
    }
}
