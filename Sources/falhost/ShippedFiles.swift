/// The files of a new project, as they are in this repository. Written by `make reference`: changes are lost.
enum ShippedFiles {
    static let all: [(name: String, text: StaticString)] = [
        (
            "prompts.csv",
            #"""
            prompt,avatar,preset
            "smiling portrait in a park",demo-anna,portrait
            "by the sea in a {red|blue} coat",demo-anna,fast
            "a rainy street at night",demo-noir,landscape

            """#
        ),
        (
            "presets/balanced.lua",
            #"""
            -- Balanced: what you get when you name no preset.
            return {
              description = "Balance of speed and quality: 28 steps, 1024 x 1024",
              num_inference_steps = 28,
              guidance_scale = 3.5,
              image_size = "square_hd",
              lora_scale = 1.0,
              finetune_strength = 1.0,
            }

            """#
        ),
        (
            "presets/fast.lua",
            #"""
            -- Fast: few steps and a small picture, for trying a prompt out.
            return {
              description = "Quick drafts: 20 steps, 512 x 512",
              num_inference_steps = 20,
              guidance_scale = 3.0,
              image_size = "square",
              lora_scale = 0.8, -- portrait avatars: how strongly the LoRA file counts, 0 to 4
              finetune_strength = 0.8, -- style avatars: how strongly the finetune counts, 0 to 2
            }

            """#
        ),
        (
            "presets/landscape.lua",
            #"""
            -- Landscape: a picture that is wider than tall.
            return {
              description = "Wide 4:3 picture: 30 steps, 1024 x 768",
              num_inference_steps = 30,
              guidance_scale = 3.5,
              image_size = "landscape_4_3",
              lora_scale = 1.0,
              finetune_strength = 1.0,
            }

            """#
        ),
        (
            "presets/portrait.lua",
            #"""
            -- Portrait: a picture that is taller than wide.
            return {
              description = "Upright 3:4 picture: 35 steps, 768 x 1024",
              num_inference_steps = 35,
              guidance_scale = 3.5,
              image_size = "portrait_4_3",
              lora_scale = 1.1,
              finetune_strength = 1.0,
            }

            """#
        ),
        (
            "presets/quality.lua",
            #"""
            -- Quality: the most steps; takes the longest.
            return {
              description = "Highest quality: 50 steps, 1024 x 1024",
              num_inference_steps = 50,
              guidance_scale = 4.0,
              image_size = "square_hd",
              lora_scale = 1.2,
              finetune_strength = 1.2,
            }

            """#
        ),
        (
            "presets/ultra.lua",
            #"""
            -- Ultra: style avatars go to FLUX1.1 [pro] ultra (about 4 megapixels); portrait avatars stay with their LoRA file.
            return {
              description = "FLUX1.1 ultra for style avatars (about 2K x 2K)",
              num_inference_steps = 35,
              guidance_scale = 3.5,
              image_size = "square_hd",
              lora_scale = 1.1,
              finetune_strength = 1.1,
            }

            """#
        ),
        (
            "presets/training/balanced.lua",
            #"""
            -- Balanced: what is used when a training names no preset.
            return {
              description = "Good for most: 2500 steps of a portrait, 1000 of a style",
              portrait = { steps = 2500, learning_rate = 9e-5 },
              -- `iterations` and what follows are for fal-ai/flux-pro-trainer, where an account still has it.
              style = { steps = 1000, iterations = 300, priority = "quality", finetune_type = "lora", lora_rank = 32 },
            }

            """#
        ),
        (
            "presets/training/fast.lua",
            #"""
            -- Fast: enough to see whether the photos are good.
            return {
              description = "Quick look: 1000 steps of a portrait, 500 of a style",
              portrait = { steps = 1000, learning_rate = 2e-4 },
              -- `iterations` and what follows are for fal-ai/flux-pro-trainer, where an account still has it.
              style = { steps = 500, iterations = 150, priority = "speed", finetune_type = "lora", lora_rank = 16 },
            }

            """#
        ),
        (
            "presets/training/quality.lua",
            #"""
            -- Quality: the most steps, at the smallest pace; takes the longest and costs the most.
            return {
              description = "Highest likeness: 4000 steps of a portrait, 2000 of a style",
              portrait = { steps = 4000, learning_rate = 5e-5 },
              -- `iterations` and what follows are for fal-ai/flux-pro-trainer, where an account still has it.
              style = { steps = 2000, iterations = 500, priority = "quality", finetune_type = "full", learning_rate = 1e-5 },
            }

            """#
        ),
        (
            "scripts/rules/10_rewrite.lua",
            #"""
            -- Tidies a prompt and swaps words. Edit the table; the next run uses it, nothing is built.
            --
            -- A rule is a function: it gets the prompt and a context (avatar, preset, config, endpoint) and returns the prompt to
            -- use. Rules run in the order of their file names.

            -- word in the prompt = what is sent instead. Whole words only; upper and lower case do not matter.
            local words = {
              ["4k"] = "highly detailed",
              ["8k"] = "highly detailed",
              ["hdr"] = "high dynamic range",
              ["bokeh"] = "shallow depth of field",
            }

            return function(prompt)
              prompt = prompt:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
              -- %w is ASCII only, so letters of other alphabets (bytes from \128 up) are added by hand.
              return (prompt:gsub("[%w\128-\255]+", function(word)
                return words[text.lower(word)]
              end))
            end

            """#
        ),
        (
            "scripts/rules/20_trigger.lua",
            #"""
            -- Puts the avatar's trigger in front of the prompt, unless the prompt has it already.
            --
            -- The trigger is the word or phrase the avatar was trained with: without it the model does not know whom to draw.
            -- text.has_phrase compares whole words and ignores upper and lower case in any alphabet: TOK is not in "stock".

            return function(prompt, context)
              local avatar = context.avatar
              local trigger
              if avatar.training_type == "style" then
                trigger = avatar.trigger_word or avatar.trigger_phrase
              else
                trigger = avatar.trigger_phrase or avatar.trigger_word
              end
              if not trigger or trigger == "" or text.has_phrase(prompt, trigger) then
                return prompt
              end
              return trigger .. ", " .. prompt
            end

            """#
        ),
        (
            "scripts/lib/demo.lua",
            #"""
            -- What the example scripts share: two avatars to try things with, and where their pictures go.
            --
            -- The avatars are made up. With the simulator they work as they are; on fal.ai use your own
            -- (`falhost avatars import my_avatars.json`, then `avatars.get("my-id")`).

            local avatars = require "avatars"
            local fal = require "fal"

            local demo = {}

            local here = debug.getinfo(1, "S").source:match("^@(.*)[/\\]") or "."

            --- Returns a portrait avatar (a LoRA file) and a style avatar (a finetune): those with the ids that are given, else the
            --- two made-up ones, which it imports into the project.
            function demo.avatars(portrait_id, style_id)
              if not (portrait_id and style_id) then
                avatars.import(here .. "/demo_avatars.json")
              end
              return avatars.get(portrait_id or "demo-anna"), avatars.get(style_id or "demo-noir")
            end

            --- Downloads every picture of a result into the project's picture folder and prints where it is.
            function demo.save(result)
              for _, image in ipairs(result.images) do
                print(fal.download(image.url))
              end
            end

            return demo

            """#
        ),
        (
            "scripts/lib/demo_avatars.json",
            #"""
            [
              {
                "id": "demo-anna",
                "name": "Anna",
                "training_type": "portrait",
                "status": "completed",
                "diffusers_lora_file_url": "https://v3.fal.media/files/demo/anna_lora.safetensors",
                "trigger_phrase": "TOK woman"
              },
              {
                "id": "demo-noir",
                "name": "Noir",
                "training_type": "style",
                "status": "completed",
                "finetune_id": "demo-finetune-noir",
                "trigger_word": "NOIRSTYLE"
              }
            ]

            """#
        ),
        (
            "scripts/quickstart.lua",
            #"""
            #!/usr/bin/env falhost
            -- The main job: two trained avatars, three presets, and a batch. `make run` runs this file on the simulator.
            -- With your own avatars: falhost scripts/quickstart.lua PORTRAIT_ID STYLE_ID

            local fal = require "fal"
            local demo = require "demo" -- scripts/lib/demo.lua: the two avatars, and demo.save
            local anna, noir = demo.avatars(...)

            -- One picture. The preset says how many steps, which size and so on: see presets/portrait.lua.
            local url, result = fal.generate_avatar_image(anna, "smiling portrait in a park, 4k", { quality = "portrait" })
            print("sent to fal:", result.prompt)
            print("picture at: ", url)
            demo.save(result)

            -- A style avatar goes to another model; you write the same line. Any key of the preset can be overridden.
            local _, street = fal.generate_avatar_image(noir, "a rainy street at night", { quality = "landscape", seed = 7 })
            demo.save(street)

            -- The preset "ultra" sends a style avatar to FLUX1.1 ultra, about four megapixels.
            local _, bridge = fal.generate_avatar_image(noir, "старый мост в тумане", { quality = "ultra" })
            demo.save(bridge)

            -- A batch: the prompts run side by side, the results come in the order of the prompts.
            local prompts = {
              "professional headshot, business attire",
              "casual portrait, outdoor setting",
              "artistic portrait, dramatic lighting",
            }
            local urls, results = fal.generate_multiple_images(anna, prompts, { quality = "fast" })
            for i = 1, #prompts do
              if urls[i] then
                demo.save(results[i])
              else
                print(("%s failed: %s"):format(prompts[i], results[i].message))
              end
            end

            """#
        ),
        (
            "scripts/tests/presets_test.lua",
            #"""
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

            """#
        ),
        (
            "scripts/tests/rules_test.lua",
            #"""
            -- Tests of the rules: what they make of a prompt. `falhost test` runs them; nothing is sent.

            describe("the trigger rule", function()
              it("puts the trigger in front", function()
                expect(rule "trigger", avatar, "stock photo").to_be("TOK, stock photo")
              end)

              it("leaves a prompt alone that has the trigger", function()
                expect(rule "trigger", avatar, "a tok, smiling").to_be("a tok, smiling")
              end)

              it("looks for whole words, in any alphabet", function()
                local anna = avatar { trigger_phrase = "ТОК" }
                expect(rule "trigger", anna, "поток света").to_be("ТОК, поток света")
                expect(rule "trigger", anna, "портрет, ток").to_be("портрет, ток")
              end)

              it("prefers the word of a style and the phrase of a portrait", function()
                local both = { trigger_phrase = "TOK woman", trigger_word = "NOIR" }
                expect(rule "trigger", avatar.style(both), "a street").to_be("NOIR, a street")
                expect(rule "trigger", avatar.portrait(both), "a street").to_be("TOK woman, a street")
              end)

              it("does nothing for an avatar without a trigger", function()
                expect(rule "trigger", avatar { trigger_phrase = false }, "a street").to_be("a street")
              end)
            end)

            describe("the rewriting rule", function()
              it("tidies white space", function()
                expect(rule "rewrite", avatar, "  a   door \n at night ").to_be("a door at night")
              end)

              it("swaps whole words", function()
                expect(rule "rewrite", avatar, "a door, 4K").to_be("a door, highly detailed")
                expect(rule "rewrite", avatar, "a door, 14k").to_be("a door, 14k")
              end)
            end)

            describe("all rules", function()
              it("run in the order of their file names", function()
                expect(rules(), avatar, "  street,  8k").to_be("TOK, street, highly detailed")
              end)
            end)

            """#
        ),
        (
            "scripts/tests/golden/portrait_balanced.json",
            #"""
            {
              "arguments": {
                "guidance_scale": 3.5,
                "image_size": "square_hd",
                "loras": [
                  {
                    "path": "https://v3.fal.media/files/anna.safetensors",
                    "scale": 1.0
                  }
                ],
                "num_inference_steps": 28,
                "prompt": "TOK woman, smiling portrait in a park"
              },
              "endpoint": "fal-ai/flux-lora"
            }

            """#
        ),
        (
            "scripts/tests/golden/portrait_fast.json",
            #"""
            {
              "arguments": {
                "guidance_scale": 3.0,
                "image_size": "square",
                "loras": [
                  {
                    "path": "https://v3.fal.media/files/anna.safetensors",
                    "scale": 0.8
                  }
                ],
                "num_inference_steps": 20,
                "prompt": "TOK woman, smiling portrait in a park"
              },
              "endpoint": "fal-ai/flux-lora"
            }

            """#
        ),
        (
            "scripts/tests/golden/portrait_landscape.json",
            #"""
            {
              "arguments": {
                "guidance_scale": 3.5,
                "image_size": "landscape_4_3",
                "loras": [
                  {
                    "path": "https://v3.fal.media/files/anna.safetensors",
                    "scale": 1.0
                  }
                ],
                "num_inference_steps": 30,
                "prompt": "TOK woman, smiling portrait in a park"
              },
              "endpoint": "fal-ai/flux-lora"
            }

            """#
        ),
        (
            "scripts/tests/golden/portrait_portrait.json",
            #"""
            {
              "arguments": {
                "guidance_scale": 3.5,
                "image_size": "portrait_4_3",
                "loras": [
                  {
                    "path": "https://v3.fal.media/files/anna.safetensors",
                    "scale": 1.1
                  }
                ],
                "num_inference_steps": 35,
                "prompt": "TOK woman, smiling portrait in a park"
              },
              "endpoint": "fal-ai/flux-lora"
            }

            """#
        ),
        (
            "scripts/tests/golden/portrait_quality.json",
            #"""
            {
              "arguments": {
                "guidance_scale": 4.0,
                "image_size": "square_hd",
                "loras": [
                  {
                    "path": "https://v3.fal.media/files/anna.safetensors",
                    "scale": 1.2
                  }
                ],
                "num_inference_steps": 50,
                "prompt": "TOK woman, smiling portrait in a park"
              },
              "endpoint": "fal-ai/flux-lora"
            }

            """#
        ),
        (
            "scripts/tests/golden/portrait_ultra.json",
            #"""
            {
              "arguments": {
                "guidance_scale": 3.5,
                "image_size": "square_hd",
                "loras": [
                  {
                    "path": "https://v3.fal.media/files/anna.safetensors",
                    "scale": 1.1
                  }
                ],
                "num_inference_steps": 35,
                "prompt": "TOK woman, smiling portrait in a park"
              },
              "endpoint": "fal-ai/flux-lora"
            }

            """#
        ),
        (
            "scripts/tests/golden/style_balanced.json",
            #"""
            {
              "arguments": {
                "finetune_id": "ft-noir",
                "finetune_strength": 1.0,
                "guidance_scale": 3.5,
                "image_size": "square_hd",
                "num_inference_steps": 28,
                "prompt": "NOIRSTYLE, smiling portrait in a park"
              },
              "endpoint": "fal-ai/flux-pro"
            }

            """#
        ),
        (
            "scripts/tests/golden/style_fast.json",
            #"""
            {
              "arguments": {
                "finetune_id": "ft-noir",
                "finetune_strength": 0.8,
                "guidance_scale": 3.0,
                "image_size": "square",
                "num_inference_steps": 20,
                "prompt": "NOIRSTYLE, smiling portrait in a park"
              },
              "endpoint": "fal-ai/flux-pro"
            }

            """#
        ),
        (
            "scripts/tests/golden/style_landscape.json",
            #"""
            {
              "arguments": {
                "finetune_id": "ft-noir",
                "finetune_strength": 1.0,
                "guidance_scale": 3.5,
                "image_size": "landscape_4_3",
                "num_inference_steps": 30,
                "prompt": "NOIRSTYLE, smiling portrait in a park"
              },
              "endpoint": "fal-ai/flux-pro"
            }

            """#
        ),
        (
            "scripts/tests/golden/style_portrait.json",
            #"""
            {
              "arguments": {
                "finetune_id": "ft-noir",
                "finetune_strength": 1.0,
                "guidance_scale": 3.5,
                "image_size": "portrait_4_3",
                "num_inference_steps": 35,
                "prompt": "NOIRSTYLE, smiling portrait in a park"
              },
              "endpoint": "fal-ai/flux-pro"
            }

            """#
        ),
        (
            "scripts/tests/golden/style_quality.json",
            #"""
            {
              "arguments": {
                "finetune_id": "ft-noir",
                "finetune_strength": 1.2,
                "guidance_scale": 4.0,
                "image_size": "square_hd",
                "num_inference_steps": 50,
                "prompt": "NOIRSTYLE, smiling portrait in a park"
              },
              "endpoint": "fal-ai/flux-pro"
            }

            """#
        ),
        (
            "scripts/tests/golden/style_ultra.json",
            #"""
            {
              "arguments": {
                "aspect_ratio": "1:1",
                "finetune_id": "ft-noir",
                "finetune_strength": 1.1,
                "prompt": "NOIRSTYLE, smiling portrait in a park"
              },
              "endpoint": "fal-ai/flux-pro/v1.1-ultra-finetuned"
            }

            """#
        ),
    ]
}
