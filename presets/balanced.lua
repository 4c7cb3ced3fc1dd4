-- Balanced: what you get when you name no preset.
return {
  description = "Balance of speed and quality: 28 steps, 1024 x 1024",
  num_inference_steps = 28,
  guidance_scale = 3.5,
  image_size = "square_hd",
  lora_scale = 1.0,
  finetune_strength = 1.0,
}
