/// Which kind of model serves a call.
package enum Route: String, Sendable, CaseIterable {
    /// Portrait avatars, whatever the preset.
    case portrait
    /// Style avatars.
    case style
    /// Style avatars with the preset `ultra` or one that builds on it.
    case ultra
    /// Style avatars that have a LoRA file and no finetune, whatever the preset.
    case styleLora = "style_lora"

    package init(_ subject: TrainedAvatar, preset: Preset) {
        switch (subject.type, subject.model) {
        case (.portrait, _): self = .portrait
        case (.style, .lora): self = .styleLora
        case (.style, .finetune): self = preset.isUltra ? .ultra : .style
        }
    }

    /// The endpoint where neither preset, project nor call names one (DESIGN.md §2).
    package var defaultEndpoint: String {
        switch self {
        case .portrait, .styleLora: EndpointCatalog.fluxLora.id
        case .style: EndpointCatalog.fluxPro.id
        case .ultra: EndpointCatalog.fluxProUltraFinetuned.id
        }
    }
}
