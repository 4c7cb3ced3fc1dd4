-- Ultra: style avatars go to FLUX1.1 [pro] ultra (about 4 megapixels); portrait avatars stay with their LoRA file.
return {
  description = "FLUX1.1 ultra for style avatars (about 2K x 2K)",
  num_inference_steps = 35,
  guidance_scale = 3.5,
  image_size = "square_hd",
  lora_scale = 1.1,
  finetune_strength = 1.1,
}
