-- Fast: few steps and a small picture, for trying a prompt out.
return {
  description = "Quick drafts: 20 steps, 512 x 512",
  num_inference_steps = 20,
  guidance_scale = 3.0,
  image_size = "square",
  lora_scale = 0.8, -- portrait avatars: how strongly the LoRA file counts, 0 to 4
  finetune_strength = 0.8, -- style avatars: how strongly the finetune counts, 0 to 2
}
