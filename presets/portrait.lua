-- Portrait: a picture that is taller than wide.
return {
  description = "Upright 3:4 picture: 35 steps, 768 x 1024",
  num_inference_steps = 35,
  guidance_scale = 3.5,
  image_size = "portrait_4_3",
  lora_scale = 1.1,
  finetune_strength = 1.0,
}
