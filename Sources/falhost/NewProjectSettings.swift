/// The `falhost.lua` that `falhost init` writes: every setting, each as a comment with an example.
enum NewProjectSettings {
    static let text = """
        -- The project's settings. Each is optional: take the dashes away from what you want to change.
        --
        -- Flags (--budget 5) and variables (FALHOST_BUDGET) go before what is here. The file is read once in a run, in the
        -- sandbox of presets: no files, no network, a moment of time. `falhost explain` names it where a value comes from it.
        return {
          -- What may be spent, in dollars: by one run, by all runs of a day; and what a picture counts as whose price is
          -- not known. `budget = 5` is the run's.
          -- budget = { per_run = 5.00, per_day = 15, assume_price = 0.05 },

          -- The preset of calls that name none.
          -- preset = "balanced",

          -- Models in place of those that avatars are sent to: by route (portrait, style, ultra), or by the model's own id.
          -- endpoints = { ["fal-ai/flux-pro"] = "fal-ai/flux-pro/finetuned" },

          -- Jobs that may be at fal at one time, and how fast they go there: what your account allows.
          -- pacing = { jobs_in_flight = 10, submits_per_second = 5, burst = 10 },

          -- Whether presets and rules that change while a script runs must pass the tests in scripts/tests first.
          -- reload = { test_first = true },

          -- How many prompts of a batch are under way at a time.
          -- concurrency = 8,

          -- Where pictures go; a relative folder is below this one.
          -- out = "pictures",

          -- How kept pictures are named.
          -- names = "{date}/{avatar}_{preset}_{seed}_{index}.{ext}",
        }

        """
}
