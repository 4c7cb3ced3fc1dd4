import EventLoop
import FalClient
import Generation
import JSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Doctor {
    /// How long each question to a server may take.
    private static let patience = Duration.seconds(8)

    /// fal's hosts, the key, the endpoints in use and the clock.
    func network() async -> [Finding] {
        if host.settings.testMode { return [] }
        do {
            let client = try host.client()
            let hosts = client.hosts
            var findings: [Finding] = []
            var told: Set<String> = []
            for url in [hosts.queue, hosts.run, hosts.storage, hosts.api] where told.insert(Self.origin(url)).inserted {
                findings.append(await reach(Self.origin(url), client))
            }
            if client.hasKey, findings.allSatisfy({ $0.level != .problem }) { findings += await catalogue(client) }
            return findings
        } catch {
            return [Finding(.problem, .network, line(error))]
        }
    }

    private static func origin(_ url: String) -> String { WebAddress(url)?.origin ?? url }

    private func reach(_ url: String, _ client: FalClient) async -> Finding {
        do {
            let time = try await client.reach(url, within: Self.patience)
            let milliseconds = Int((time / .milliseconds(1)).rounded(.up))
            return Finding(
                .ok, .host,
                language.wording("\(url) answers in \(milliseconds) ms", "\(url) отвечает за \(milliseconds) мс"))
        } catch {
            return Finding(
                .problem, .host, "\(url): \(error.message)",
                advice: language.wording(
                    "check the network, and HTTPS_PROXY and SSL_CERT_FILE where you need them",
                    "проверьте сеть, а где нужны — HTTPS_PROXY и SSL_CERT_FILE"))
        }
    }

    private func catalogue(_ client: FalClient) async -> [Finding] {
        do {
            let endpoints = try await endpointsInUse()
            let listing = try await client.models(
                try endpoints.map { (id) throws(FalError) in try EndpointID(id) }, within: Self.patience)
            // Asked with the key and not refused.
            var findings =
                host.settings.simulate
                ? [] : [Finding(.ok, .key, language.wording("the server takes it", "сервер его принимает"))]
            for endpoint in endpoints {
                findings.append(finding(endpoint, listing.models.first { $0.endpoint == endpoint }))
            }
            findings += clock(listing)
            return findings
        } catch {
            return [Finding(.problem, .catalogue, line(error))]
        }
    }

    /// Of each kind of avatar that there is, with each preset; of every route where there is no avatar.
    private func endpointsInUse() async throws -> [String] {
        var endpoints: [String] = []
        func add(_ endpoint: String) { if !endpoints.contains(endpoint) { endpoints.append(endpoint) } }
        let avatars = try await host.avatars().avatars().filter { (try? TrainedAvatar($0)) != nil }
        for type in TrainingType.allCases {
            guard let avatar = avatars.first(where: { (try? TrainedAvatar($0))?.type == type }) else { continue }
            for preset in try host.presets().presetNames() {
                let request = GenerationRequest(
                    avatar: .avatar(avatar), prompt: "portrait", overrides: ["preset": .string(preset)])
                if let explanation = try? await host.service().explain(request) { add(explanation.plan.endpoint) }
            }
        }
        if endpoints.isEmpty { Route.allCases.forEach { add($0.defaultEndpoint) } }
        return endpoints
    }

    private func finding(_ endpoint: String, _ model: ModelListing.Model?) -> Finding {
        switch model?.status {
        case "active"?: Finding(.ok, .endpoint, "\(endpoint): " + language.wording("active", "действует"))
        case let status?:
            Finding(
                .note, .endpoint, "\(endpoint): \(status)",
                advice: language.wording(
                    "choose another one for these avatars before it ends",
                    "выберите для этих аватаров другую, пока эта работает"))
        case nil:
            Finding(
                .note, .endpoint,
                "\(endpoint): "
                    + language.wording(
                        "fal does not list it; it may still answer", "в списке fal её нет; возможно, она ещё отвечает"),
                advice: language.wording(
                    "try one picture; another endpoint can be named per preset or call with endpoint = \"…\"",
                    "попробуйте одну картинку; другую можно указать в пресете или вызове: endpoint = \"…\""))
        }
    }

    /// fal refuses signatures, and its lists are asked for by time: the clock should be right to the minute.
    private func clock(_ listing: ModelListing) -> [Finding] {
        guard let server = listing.serverTime else { return [] }
        let difference = abs(Int(time(nil)) - server)
        if difference <= 60 {
            let seconds = max(1, difference)
            let text = language.wording(
                "within \(seconds) s of the server's", "расходятся с сервером не больше чем на \(seconds) с")
            return [Finding(.ok, .clock, text)]
        }
        return [
            Finding(
                .problem, .clock,
                language.wording("\(difference) s off the server's", "расходятся с сервером на \(difference) с"),
                advice: language.wording(
                    "set the clock: lost submits are looked up by time",
                    "переведите часы: потерянные отправки ищутся по времени"))
        ]
    }
}
