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
