/// What the reference begins with.
enum ReferenceTour {
    static let text = """
        # The Lua reference

        Written by `make reference` from the same declarations that check arguments, answer `help()` and make the types for
        editors (`falhost types`). To begin: `falhost init FOLDER`, or look at [quickstart.lua](quickstart.lua).

        ## Two minutes

        A script is plain Lua 5.4 with modules to `require`. A call waits for its result, and nothing else waits with it:

        ```lua
        local fal, avatars = require "fal", require "avatars"

        local anna = avatars.get("anna")
        local url, result = fal.generate_avatar_image(anna, "smiling portrait in a park", { quality = "portrait" })
        print(url, result.seed)
        print(fal.download(url)) -- the file's path
        ```

        Many at a time: each task waits for its own call, and a script ends when all of its tasks have.

        ```lua
        local fal, task = require "fal", require "task"

        local urls = task.map({ "by the sea", "at night" }, { limit = 4 }, function(prompt)
          return (fal.generate_avatar_image("anna", prompt, { quality = "fast" }))
        end)
        print(table.concat(urls, "\\n"))
        ```

        What fails raises an error value. `safe_generate_image` gives it back instead, and `pcall` catches it anywhere:

        ```lua
        local fal = require "fal"

        local ok, err = pcall(fal.generate_avatar_image, "anna", "a portrait", { quality = "portret" })
        print(ok, err.code, err.message)
        if not ok and err.retryable then
          print "try again later"
        end
        ```

        Wrong arguments are found before anything is sent, all of a call together, with the line of the call:

        ```
        script.lua:3: fal.subscribe: argument 1 (endpoint): string expected, got nil
        fal.subscribe: argument 3 (options): unknown option 'timeot'; did you mean 'timeout'?
        ```

        Any model of fal's, with its queue:

        ```lua
        local fal = require "fal"

        local job = fal.submit("fal-ai/flux-lora", { prompt = "a lighthouse" })
        for event in job:events() do
          print(event.status)
        end
        print(job:result().images[1].url)
        ```

        A preset is a file in `presets/` that returns a table, a rule a file in `scripts/rules/` that returns a function. Both
        run in a sandbox, and the next run uses what you wrote:

        ```lua
        return { description = "quick drafts", extends = "fast", num_inference_steps = 12 }
        ```

        ```lua
        return function(prompt, context)
          if context.avatar.training_type == "style" and not text.has_phrase(prompt, "artwork") then
            return prompt .. ", artwork"
          end
          return prompt
        end
        ```

        Try everything without a key and without cost: `falhost --simulate script.lua`.
        """
}
