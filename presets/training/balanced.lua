-- Balanced: what is used when a training names no preset.
return {
  description = "Good for most: 2500 steps of a portrait, 1000 of a style",
  portrait = { steps = 2500, learning_rate = 9e-5 },
  -- `iterations` and what follows are for fal-ai/flux-pro-trainer, where an account still has it.
  style = { steps = 1000, iterations = 300, priority = "quality", finetune_type = "lora", lora_rank = 32 },
}
