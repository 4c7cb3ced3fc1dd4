-- Quality: the most steps; takes the longest.
return {
  description = "Highest quality: 50 steps, 1024 x 1024",
  num_inference_steps = 50,
  guidance_scale = 4.0,
  image_size = "square_hd",
  lora_scale = 1.2,
  finetune_strength = 1.2,
}
