-- Tests of the presets: what a request of each holds. `falhost test` runs them; nothing is sent.

local anna = avatar.portrait {
  diffusers_lora_file_url = "https://v3.fal.media/files/anna.safetensors",
  trigger_phrase = "TOK woman",
}
local noir = avatar.style { finetune_id = "ft-noir", trigger_word = "NOIRSTYLE" }

describe("golden requests", function()
  -- Each is kept in golden/; `falhost test --update` writes them anew.
  for _, name in ipairs { "balanced", "fast", "landscape", "portrait", "quality", "ultra" } do
    it(name .. " of a portrait avatar", function()
      expect(preset(name)).for_avatar(anna, "smiling portrait in a park").matches_golden("portrait_" .. name)
    end)

    it(name .. " of a style avatar", function()
      expect(preset(name)).for_avatar(noir, "smiling portrait in a park").matches_golden("style_" .. name)
    end)
  end
end)

describe("ultra", function()
  it("sends style avatars to the ultra model", function()
    expect(preset "ultra").for_avatar(noir).sends { endpoint = "fal-ai/flux-pro/v1.1-ultra-finetuned" }
  end)

  it("leaves portrait avatars with their LoRA file", function()
    expect(preset "ultra").for_avatar(anna).sends { endpoint = "fal-ai/flux-lora", loras = { { scale = 1.1 } } }
  end)
end)

describe("any preset", function()
  it("can be overridden by a call", function()
    expect(preset "fast").for_avatar(anna).with { num_inference_steps = 25, seed = 7 }
      .sends { num_inference_steps = 25, seed = 7, guidance_scale = 3.0 }
  end)

  it("refuses what no endpoint takes", function()
    expect(preset "fast").for_avatar(anna).with { num_inference_steps = 99 }.to_fail_with("invalid_config")
  end)

  it("refuses an avatar that is not trained", function()
    expect(preset "fast").for_avatar(avatar { status = "training" }).to_fail_with("avatar_not_trained")
  end)
end)
