/// Which kind of model serves a call.
package enum Route: String, Sendable, CaseIterable {
    /// Portrait avatars, whatever the preset.
    case portrait
    /// Style avatars.
    case style
    /// Style avatars with the preset `ultra` or one that builds on it.
    case ultra

    package init(_ type: TrainingType, preset: Preset) {
        switch type {
        case .portrait: self = .portrait
        case .style: self = preset.isUltra ? .ultra : .style
        }
    }

    /// The endpoint where neither preset, project nor call names one (DESIGN.md §2).
    package var defaultEndpoint: String {
        switch self {
        case .portrait: EndpointCatalog.fluxLora.id
        case .style: EndpointCatalog.fluxPro.id
        case .ultra: EndpointCatalog.fluxProUltraFinetuned.id
        }
    }
}
