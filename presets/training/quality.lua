-- Quality: the most steps, at the smallest pace; takes the longest and costs the most.
return {
  description = "Highest likeness: 4000 steps of a portrait, 2000 of a style",
  portrait = { steps = 4000, learning_rate = 5e-5 },
  -- `iterations` and what follows are for fal-ai/flux-pro-trainer, where an account still has it.
  style = { steps = 2000, iterations = 500, priority = "quality", finetune_type = "full", learning_rate = 1e-5 },
}
