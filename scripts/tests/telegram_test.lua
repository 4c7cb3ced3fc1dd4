-- Tests of scripts/lib/telegram/text.lua: lengths, cuts and secrets. `falhost test` runs them; nothing is sent.

local text = require "telegram.text"

describe("lengths", function()
  it("are UTF-16 units", function()
    expect(text.length "привет").to_be(6)
    expect(text.length "a😀b").to_be(4)
  end)

  it("of HTML leave tags out and count an entity once", function()
    expect(text.length("<b>a&lt;b</b>", "HTML")).to_be(3)
    expect(text.length("<b>a&lt;b</b>")).to_be(13)
    expect(text.length("&#128512;", "HTML")).to_be(2)
  end)
end)

describe("a text that is trimmed", function()
  it("is left alone when it fits", function()
    expect(text.trim("привет", 6)).to_be("привет")
  end)

  it("ends in an ellipsis, within the limit", function()
    expect(text.trim("привет, мир", 8)).to_be("привет,…")
    expect(text.length(text.trim(("я"):rep(5000), 4096))).to_be(4096)
  end)

  it("is not cut inside a surrogate pair", function()
    expect(text.trim("aa😀bb", 4)).to_be("aa…")
    expect(text.trim("aa😀bb", 5)).to_be("aa😀…")
  end)

  it("is not cut between an emoji and its skin, or a letter and its accent", function()
    expect(text.trim("ab👍🏽cd", 6)).to_be("ab…")
    expect(text.trim("abe\u{301}cdef", 4)).to_be("ab…")
  end)

  it("is not cut inside an entity, and its tags are closed", function()
    expect(text.trim("<b>fish &amp; chips</b>", 7, "HTML")).to_be("<b>fish &amp;…</b>")
    expect(text.trim('<a href="https://fal.ai/?a&amp;b"><i>picture</i></a>', 4, "HTML"))
      .to_be('<a href="https://fal.ai/?a&amp;b"><i>pic…</i></a>')
  end)

  it("loses bytes that are no UTF-8", function()
    expect(text.trim("a\xFFb", 10)).to_be("a\u{FFFD}b")
  end)
end)

describe("a text that is split", function()
  it("is one part when it fits", function()
    expect(text.split("a b", 3)).to_equal { "a b" }
  end)

  it("is cut at lines, else at words, else anywhere", function()
    expect(text.split("one two\nthree four", 11)).to_equal { "one two", "three four" }
    expect(text.split("one two three", 8)).to_equal { "one two", "three" }
    expect(text.split("abcdefgh", 3)).to_equal { "abc", "def", "gh" }
  end)

  it("opens its tags again", function()
    expect(text.split("<b>one two</b> three", 4, "HTML")).to_equal { "<b>one</b>", "<b>two</b>", "thre", "e" }
  end)

  it("loses no character and keeps to the limit", function()
    local whole = ("слово 😀 word\n"):rep(800)
    local parts = text.split(whole, 4096)
    for _, part in ipairs(parts) do
      expect(text.length(part) <= 4096).to_be(true)
    end
    expect((table.concat(parts):gsub("%s", ""))).to_be((whole:gsub("%s", "")))
  end)

  it("is nothing when it is white space", function()
    expect(text.split(" \n ", 10)).to_equal {}
  end)
end)

describe("secrets", function()
  it("are equal or not", function()
    expect(text.same_secret("abc", "abc")).to_be(true)
    expect(text.same_secret("abd", "abc")).to_be(false)
    expect(text.same_secret("ab", "abc")).to_be(false)
    expect(text.same_secret("abcd", "abc")).to_be(false)
    expect(text.same_secret(nil, "abc")).to_be(false)
  end)

  it("that are empty equal nothing", function()
    expect(text.same_secret("", "")).to_be(false)
  end)
end)

describe("escaping", function()
  it("makes any text safe in HTML", function()
    expect(text.escape '<a href="x">&</a>').to_be("&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;")
  end)
end)
