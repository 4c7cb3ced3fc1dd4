-- Landscape: a picture that is wider than tall.
return {
  description = "Wide 4:3 picture: 30 steps, 1024 x 768",
  num_inference_steps = 30,
  guidance_scale = 3.5,
  image_size = "landscape_4_3",
  lora_scale = 1.0,
  finetune_strength = 1.0,
}
