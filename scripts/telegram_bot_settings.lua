-- What the Telegram bot (scripts/telegram_bot.lua) may be told. The token is not here: it is in TELEGRAM_BOT_TOKEN.
return {
  -- Who may use it: "all", or a list of Telegram user ids: { 111111, 222222 }.
  users = "all",
  -- User ids that get notices, see everything in /status and have no limits.
  admins = {},

  -- Which avatars they draw: "all", a list of ids, or "own": those whose user_id is the Telegram user's id.
  avatars = "all",
  -- The avatar and the preset of whoever has chosen none; nil leaves the only avatar, and the project's default preset.
  default_avatar = nil,
  default_preset = nil,

  -- Limits of each user, admins excepted. A day ends at midnight UTC; what failed or was cancelled does not count.
  requests_at_once = 2,
  pictures_per_day = 20,
  pictures_per_request = 4,
  dollars_per_day = nil, -- needs known prices; counts the estimate until the price is known

  -- Generations of the whole bot at once; the rest wait, and users take turns.
  jobs_at_once = 8,

  -- Another Bot API server (TELEGRAM_API_URL does the same), and where the bot keeps what it must not forget.
  base_url = "https://api.telegram.org",
  state = ".falhost/telegram",
  -- nil: the bot asks Telegram for updates. Else Telegram brings them, and the bot runs under `falhost serve`:
  -- { url = "https://bot.example/telegram", path = "/telegram", secret = "…" } – where Telegram reaches the bot, where
  -- that arrives here, and the secret token, which is better kept in TELEGRAM_WEBHOOK_SECRET (TELEGRAM_WEBHOOK_URL is
  -- the url).
  webhook = nil,
  -- Requests that have ended are forgotten after so many days.
  keep_days = 30,

  -- How often a generation that failed for a passing reason is made anew, and is then paid for.
  retries = 2,
  -- How long the bot tries to deliver a picture, and asks about a submit of which nobody knows whether fal has it.
  patience = 24 * 3600,
  -- How often presets and rules are looked at for admins.
  watch_seconds = 30,
}
