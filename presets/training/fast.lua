-- Fast: enough to see whether the photos are good.
return {
  description = "Quick look: 1000 steps of a portrait, 500 of a style",
  portrait = { steps = 1000, learning_rate = 2e-4 },
  -- `iterations` and what follows are for fal-ai/flux-pro-trainer, where an account still has it.
  style = { steps = 500, iterations = 150, priority = "speed", finetune_type = "lora", lora_rank = 16 },
}
