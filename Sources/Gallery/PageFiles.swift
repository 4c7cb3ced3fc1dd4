/// The gallery's page, as it is in Page/. Written by `make reference`: changes are lost.
enum PageFiles {
    static let html: StaticString = #"""
        <!doctype html>
        <html lang="@@LANGUAGE@@">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data: file: 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <link rel="icon" href="data:,">
        <title>falhost</title>
        <style>
        @@STYLE@@
        </style>
        </head>
        <body>
        <header id="top">
          <div class="heading">
            <h1 id="title"></h1>
            <p id="summary" role="status"></p>
          </div>
          <div class="tools">
            <button type="button" class="quiet" id="language"></button>
            <button type="button" class="quiet" id="theme"></button>
            <button type="button" class="quiet" id="keys" aria-haspopup="dialog">?</button>
          </div>
          <div id="filters" role="search">
            <input type="search" id="search" autocomplete="off" spellcheck="false">
            <select id="avatar"></select>
            <select id="preset"></select>
            <select id="state"></select>
            <select id="order"></select>
            <button type="button" class="quiet" id="layout" hidden></button>
          </div>
        </header>
        <main>
          <div id="grid" hidden></div>
          <div id="cards" role="list"></div>
          <div id="empty" hidden><p></p><button type="button" id="reset"></button></div>
        </main>
        <div id="selection" role="region" hidden>
          <span role="status"></span>
          <button type="button" class="primary" id="compare"></button>
          <button type="button" class="quiet" id="clear"></button>
        </div>
        <dialog id="viewer">
          <div class="stage">
            <img alt="" decoding="async">
            <div class="nothing" hidden></div>
            <p class="remark" role="status" hidden></p>
            <button type="button" class="round previous"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15 5l-7 7 7 7"/></svg></button>
            <button type="button" class="round next"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 5l7 7-7 7"/></svg></button>
          </div>
          <aside class="receipt"></aside>
          <button type="button" class="round close"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18"/></svg></button>
        </dialog>
        <dialog id="comparison">
          <header><h2></h2><button type="button" class="round close"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18"/></svg></button></header>
          <div class="sides"></div>
          <div class="differences"></div>
        </dialog>
        <dialog id="help"><header><h2></h2><button type="button" class="round close"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18"/></svg></button></header><dl></dl></dialog>
        <div id="told" role="status" aria-live="polite"></div>
        <noscript>This page needs JavaScript. · Этой странице нужен JavaScript.</noscript>
        <script type="application/json" id="data">@@DATA@@</script>
        <script>
        @@SCRIPT@@
        </script>
        @@PICTURES@@</body>
        </html>
        """#
    static let style: StaticString = #"""
        :root {
          color-scheme: light dark;
          --ground: light-dark(#f7f6f3, #131314);
          --surface: light-dark(#ffffff, #1d1d1f);
          --sunken: light-dark(#eceae5, #27272a);
          --line: light-dark(#e2dfd8, #34343a);
          --text: light-dark(#1b1b1f, #ededf0);
          --muted: light-dark(#66645e, #a3a3ad);
          --accent: light-dark(#3b4fd8, #98a6ff);
          --on-accent: light-dark(#ffffff, #10122b);
          --bad: light-dark(#b3261e, #ff9d94);
          --bad-ground: light-dark(#fbeae8, #3a1d1b);
          --warn: light-dark(#8a5a00, #ffc46b);
          --warn-ground: light-dark(#fdf1dc, #382a12);
          --shadow: 0 1px 2px rgb(0 0 0 / .06), 0 8px 24px rgb(0 0 0 / .08);
          --shape: 1;
          font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
        }
        :root[data-theme="light"] { color-scheme: light; }
        :root[data-theme="dark"] { color-scheme: dark; }

        *, *::before, *::after { box-sizing: border-box; }
        [hidden] { display: none !important; }
        body { margin: 0; background: var(--ground); color: var(--text); -webkit-text-size-adjust: 100%; }
        h1, h2, h3, p, dl, dd, figure { margin: 0; }
        button, input, select { font: inherit; color: inherit; }
        button { cursor: pointer; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        code, pre, kbd { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .86em; }

        /* The top */
        #top {
          position: sticky; top: 0; z-index: 5; display: grid; grid-template-columns: 1fr auto; gap: 10px 16px; align-items: start;
          padding: 14px clamp(12px, 3vw, 32px) 12px; background: color-mix(in srgb, var(--ground) 88%, transparent);
          backdrop-filter: blur(14px); border-bottom: 1px solid var(--line);
        }
        .heading { min-width: 0; }
        h1 { font-size: 1.2rem; font-weight: 650; letter-spacing: -.01em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        #summary { color: var(--muted); font-size: .9rem; font-variant-numeric: tabular-nums; }
        .tools { display: flex; gap: 2px; }
        #filters { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 8px; }
        #filters input, #filters select {
          height: 36px; padding: 0 12px; border: 1px solid var(--line); border-radius: 9px; background: var(--surface); min-width: 0;
        }
        #filters input { flex: 1 1 240px; max-width: 420px; }
        #filters select { flex: 0 1 auto; max-width: 210px; text-overflow: ellipsis; }
        .quiet, .primary {
          display: inline-flex; align-items: center; min-height: 36px; padding: 0 12px; border: 0; border-radius: 9px;
          background: none; text-decoration: none; color: inherit; white-space: nowrap;
        }
        .quiet:hover { background: var(--sunken); }
        .primary { background: var(--accent); color: var(--on-accent); font-weight: 600; }
        .primary:hover { filter: brightness(1.07); }
        .primary:disabled { opacity: .45; cursor: default; }
        .tools .quiet { color: var(--muted); min-width: 36px; justify-content: center; padding: 0 10px; }

        /* Cards */
        main { padding: 18px clamp(12px, 3vw, 32px) 110px; }
        #cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(208px, 44vw), 1fr)); gap: 14px clamp(10px, 1.4vw, 18px); }
        .card { position: relative; min-width: 0; }
        #cards > .card { content-visibility: auto; contain-intrinsic-size: auto none auto var(--card-height, 290px); }
        .open {
          display: block; width: 100%; aspect-ratio: var(--shape); padding: 0; border: 0; border-radius: 12px; overflow: hidden;
          background: var(--sunken); color: inherit; text-align: start;
        }
        .open img { display: block; width: 100%; height: 100%; object-fit: cover; transition: transform .25s ease; }
        .open img:not([src]) { visibility: hidden; }
        .card:hover .open img { transform: scale(1.025); }
        /* Within the card: what is outside of it is not painted. */
        #cards .open:focus-visible { outline-offset: -3px; outline-width: 3px; }
        .picked .open { box-shadow: inset 0 0 0 3px var(--accent); }
        .picked .open img { transform: scale(.94); border-radius: 9px; }
        .who { margin-top: 8px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
        .who b { font-weight: 600; }
        .who span, .prompt { color: var(--muted); }
        .prompt { font-size: .88rem; height: 2.9em; overflow: hidden; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow-wrap: anywhere; }
        .why { display: flex; flex-direction: column; gap: 6px; height: 100%; padding: 44px 14px 14px; overflow: hidden; color: var(--bad); background: var(--bad-ground); font-size: .84rem; overflow-wrap: anywhere; }
        .why strong { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .92em; }
        .why span { color: var(--text); opacity: .8; }
        .badge {
          position: absolute; top: 9px; right: 9px; padding: 2px 9px; border-radius: 99px; font-size: .76rem; font-weight: 600;
          background: var(--sunken); color: var(--muted); pointer-events: none;
        }
        .badge.failed, .badge.expired { background: var(--bad); color: var(--surface); }
        .badge.flagged, .badge.unknown { background: var(--warn-ground); color: var(--warn); }
        .pick {
          appearance: none; position: absolute; top: 8px; left: 8px; width: 24px; height: 24px; margin: 0; border-radius: 50%; cursor: pointer;
          border: 2px solid #fff; background: rgb(0 0 0 / .28); box-shadow: 0 0 0 1px rgb(0 0 0 / .14); opacity: 0; transition: opacity .15s;
        }
        /* Easier to hit than it is large. */
        .pick::before { content: ""; position: absolute; inset: -10px; }
        .pick::after { content: ""; position: absolute; left: 6px; top: 2px; width: 5px; height: 10px; border: solid #fff; border-width: 0 2px 2px 0; transform: rotate(45deg); opacity: 0; }
        .pick:checked { background: var(--accent); border-color: var(--accent); opacity: 1; }
        .pick:checked::after { opacity: 1; border-color: var(--on-accent); }
        .card:hover .pick, .card:focus-within .pick, .selecting .pick { opacity: 1; }
        @media (hover: none) { .pick { opacity: .8; } }
        #empty { padding: 18vh 20px; text-align: center; color: var(--muted); }
        #empty p { margin-bottom: 14px; font-size: 1.1rem; }
        #empty button { min-height: 36px; padding: 0 14px; border: 1px solid var(--line); border-radius: 9px; background: var(--surface); }

        /* What is selected */
        #selection {
          position: fixed; left: 50%; bottom: max(18px, env(safe-area-inset-bottom)); transform: translateX(-50%); z-index: 6; display: flex; gap: 8px;
          align-items: center; padding: 8px 8px 8px 18px; border-radius: 14px; background: var(--surface); border: 1px solid var(--line); box-shadow: var(--shadow);
          white-space: nowrap;
        }
        #told {
          position: fixed; left: 50%; bottom: 84px; transform: translateX(-50%); z-index: 30; max-width: 90vw; padding: 8px 16px; border-radius: 10px;
          background: var(--text); color: var(--ground); opacity: 0; pointer-events: none; transition: opacity .2s;
        }
        #told.visible { opacity: 1; }

        /* Dialogs */
        dialog { border: 0; padding: 0; color: inherit; background: var(--surface); }
        dialog::backdrop { background: rgb(0 0 0 / .55); }
        dialog > header { display: flex; align-items: center; justify-content: space-between; padding: 14px 16px 14px 22px; }
        dialog h2 { font-size: 1.05rem; font-weight: 650; }
        .round { display: grid; place-items: center; width: 40px; height: 40px; padding: 0; border: 0; border-radius: 50%; background: var(--sunken); }
        .round:hover { background: var(--line); }
        .round svg { width: 20px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }

        #viewer { width: 100vw; height: 100dvh; max-width: none; max-height: none; }
        #viewer[open] { display: grid; grid-template-columns: minmax(0, 1fr) minmax(320px, 400px); }
        .stage { position: relative; display: grid; place-items: center; min-height: 0; height: 100dvh; padding: 20px 72px; overflow: hidden; background: var(--ground); }
        .stage img { max-width: 100%; max-height: 100%; min-width: 0; min-height: 0; width: 100%; height: 100%; object-fit: contain; cursor: zoom-in; }
        .zoomed img { transform: scale(2.5); transform-origin: var(--x, 50%) var(--y, 50%); cursor: zoom-out; }
        .stage .nothing { width: min(480px, 90%); aspect-ratio: 4 / 3; border-radius: 14px; overflow: hidden; }
        .stage .nothing .why { justify-content: center; padding: 24px; font-size: 1rem; text-align: center; }
        .remark { position: absolute; left: 50%; bottom: 18px; transform: translateX(-50%); max-width: 92%; padding: 5px 14px; border-radius: 99px; background: var(--warn-ground); color: var(--warn); font-size: .85rem; }
        .stage .round { position: absolute; top: 50%; margin-top: -20px; background: color-mix(in srgb, var(--surface) 82%, transparent); box-shadow: var(--shadow); }
        .previous { left: 16px; }
        .next { right: 16px; }
        #viewer > .close { position: absolute; top: 14px; right: 16px; }
        .receipt { position: relative; height: 100dvh; overflow: auto; padding: 24px 24px 40px; border-left: 1px solid var(--line); }
        .receipt h2 { padding-right: 44px; line-height: 1.4; overflow-wrap: anywhere; }
        .place { padding-right: 44px; margin-bottom: 4px; color: var(--muted); font-size: .9rem; }
        .receipt > .badge { position: static; display: inline-block; margin-bottom: 10px; }
        .receipt h3, .differences h3 { margin: 0 0 8px; font-size: .78rem; font-weight: 600; letter-spacing: .03em; color: var(--muted); }
        .again { margin: 20px 0 10px; padding: 14px; border-radius: 12px; background: var(--ground); border: 1px solid var(--line); }
        .again code { display: block; margin-bottom: 12px; max-height: 9.5em; overflow: auto; overflow-wrap: anywhere; white-space: pre-wrap; }
        .failure { margin-top: 16px; padding: 14px; border-radius: 12px; background: var(--bad-ground); overflow-wrap: anywhere; }
        .failure strong { color: var(--bad); font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .9em; }
        .advice { margin-top: 8px; }
        .links { display: flex; flex-wrap: wrap; margin: 0 -12px 14px; }
        .links .quiet { color: var(--accent); }
        dl div { display: grid; grid-template-columns: 8.2em minmax(0, 1fr); gap: 12px; padding: 7px 0; border-top: 1px solid var(--line); }
        dl div:first-child { border-top: 0; }
        dt { color: var(--muted); }
        dd { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        details { margin-top: 14px; }
        summary { cursor: pointer; color: var(--muted); padding: 6px 0; }
        pre { margin: 6px 0 0; padding: 12px; border-radius: 10px; background: var(--ground); overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }

        #comparison { width: 100vw; height: 100dvh; max-width: none; max-height: none; background: var(--ground); overflow: auto; }
        .sides { display: grid; grid-template-columns: repeat(min(var(--count), 3), minmax(0, 1fr)); gap: 14px; padding: 0 22px; }
        .sides[style*="--count: 4"] { grid-template-columns: repeat(4, minmax(0, 1fr)); }
        .frame { position: relative; display: grid; place-items: center; height: 62dvh; border-radius: 12px; overflow: hidden; background: var(--sunken); }
        .frame img { width: 100%; height: 100%; object-fit: contain; cursor: zoom-in; min-width: 0; min-height: 0; }
        figcaption { padding: 8px 2px; }
        figcaption span { color: var(--muted); }
        .differences { padding: 14px 22px 40px; }
        .scroll { overflow-x: auto; }
        .differences table { width: 100%; border-collapse: collapse; table-layout: fixed; }
        .differences th, .differences td { padding: 8px 10px 8px 0; text-align: start; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
        .differences th { width: 11em; font-weight: 400; color: var(--muted); }

        #help { width: min(520px, 94vw); border-radius: 16px; box-shadow: var(--shadow); }
        #help dl { padding: 0 22px 22px; }
        #help dl div { grid-template-columns: 9em 1fr; }
        kbd { display: inline-block; min-width: 1.9em; padding: 1px 6px; border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 6px; background: var(--ground); color: var(--text); text-align: center; }
        .offscreen { position: fixed; left: -9999px; }

        /* The table of a comparison */
        .lead { margin-bottom: 14px; font-size: 1.02rem; overflow-wrap: anywhere; }
        .lead span { color: var(--muted); margin-inline-start: 10px; font-size: .9rem; }
        #grid .scroll { overflow: auto; max-height: calc(100dvh - 190px); border: 1px solid var(--line); border-radius: 14px; background: var(--surface); width: fit-content; max-width: 100%; }
        #grid table { border-collapse: separate; border-spacing: 0; }
        #grid th { position: sticky; z-index: 2; padding: 10px 14px; background: var(--surface); font-weight: 600; text-align: start; white-space: nowrap; }
        #grid thead th { top: 0; vertical-align: bottom; border-bottom: 1px solid var(--line); }
        #grid tbody th { left: 0; vertical-align: top; border-inline-end: 1px solid var(--line); }
        #grid .corner { left: 0; z-index: 3; color: var(--muted); font-weight: 400; border-inline-end: 1px solid var(--line); }
        #grid td { padding: 8px; }
        .cell { display: flex; gap: 8px; }
        .cell .card { width: clamp(128px, 19vw, 250px); }
        /* What is compared is shown whole. */
        #grid .open img { object-fit: contain; }
        .dim { opacity: .18; }

        @media (max-width: 760px) {
          #top { padding-top: 10px; gap: 4px 8px; align-items: center; }
          .heading { display: contents; }
          #title { grid-area: 1 / 1; min-width: 0; }
          #summary { grid-area: 2 / 1 / 3 / 3; margin-bottom: 4px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
          #filters { flex-wrap: nowrap; overflow-x: auto; margin: 0 -12px; padding: 2px 12px; scrollbar-width: none; }
          #filters input { flex: 0 0 190px; }
          #filters select { flex: 0 0 auto; max-width: 160px; }
          #cards { gap: 16px 10px; }
          .tools .quiet { padding: 0 6px; }
          #keys { display: none; }
          #viewer[open] { display: block; overflow: auto; }
          .stage { height: 62dvh; padding: 0; }
          .stage:has(.nothing:not([hidden])) { height: 30dvh; }
          .stage .nothing { width: 100%; height: 100%; border-radius: 0; }
          .receipt { height: auto; overflow: visible; border: 0; padding: 20px 16px 40px; }
          .receipt h2 { padding: 0; }
          #viewer > .close { position: fixed; z-index: 2; box-shadow: var(--shadow); }
          .sides { grid-template-columns: 1fr 1fr !important; gap: 8px; padding: 0 12px; }
          .frame { height: 40dvh; }
          .differences { padding: 10px 12px 40px; }
          .differences th { width: 7em; }
          dialog > header { padding-inline: 14px 12px; }
          #grid .scroll { max-height: none; }
          #grid th { padding: 8px; }
          #grid tbody th, #grid .corner { min-width: 76px; max-width: 96px; white-space: normal; overflow-wrap: anywhere; font-size: .9rem; }
        }
        @media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
        """#
    static let script: StaticString = #"""
        "use strict";
        // Everything that the page says, in both languages. `#` stands for a number.
        const words = {
          en: {
            name: "English", other: "Русский", gallery: "Gallery", comparison: "Comparison",
            pictures: { one: "# picture", other: "# pictures" }, jobsLeft: { one: "# job without a picture", other: "# jobs without a picture" },
            of: "of", selected: { one: "# selected", other: "# selected" },
            search: "Search prompts, seeds, ids", allAvatars: "All avatars", allPresets: "All presets", allStates: "Any status",
            avatar: "Avatar", preset: "Preset", state: "Status", order: "Order", none: "none", flagged: "flagged by the checker",
            orders: { newest: "Newest first", oldest: "Oldest first", avatar: "By avatar", preset: "By preset", prompt: "By prompt", seed: "By seed", dearest: "Dearest first", slowest: "Slowest first" },
            states: { completed: "completed", failed: "failed", cancelled: "cancelled", unknown: "unknown", expired: "expired", submitted: "in progress", submitting: "being sent", intent: "not sent yet", flagged: "flagged" },
            nothing: "No picture is like that.", nothingAtAll: "There are no pictures here yet.", reset: "Show all",
            compare: "Compare", clear: "Clear", compareNeeds: "Select two or more pictures to compare.", full: "At most # can be compared at a time.",
            select: "Select to compare", open: "Show", previous: "Previous", next: "Next", close: "Close",
            theme: { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" }, keys: "Keyboard",
            list: "List", grid: "Grid",
            copyCommand: "Copy the command", copyPrompt: "Copy the prompt", copied: "Copied.", notCopied: "The browser does not let the page copy: select the text yourself.",
            again: "Makes it again", openFile: "Open the file", receipt: "Receipt", openFal: "Open at fal",
            thumbnail: "Only the thumbnail: the file is not beside this page.", noFile: "Only the thumbnail: the file was not kept.", notKept: "The picture was not kept.",
            noPicture: "No picture", advice: "What to do", arguments: "All that was sent", differences: "What differs", same: "Nothing but the pictures differs.", sameForAll: "The same for all",
            fields: { prompt: "Prompt", sent: "Sent to fal", avatar: "Avatar", preset: "Preset", endpoint: "Endpoint", seed: "Seed", size: "Size", created: "Made", seconds: "Took", price: "Price", job: "Job", run: "Run", request: "Request", file: "File", state: "Status", number: "Picture" },
            unit: "s", simulated: "simulated", spent: "spent", sameSeed: "seed # in every cell", forJob: "for the job",
            moves: { "← ↑ ↓ →": "move", "Enter": "show large", "Space, c": "select; in the large view, compare", "Shift c": "compare what is selected", "y": "in the large view, copy the command", "z": "zoom to where the pointer is", "/": "search", "Esc": "close, or clear the selection", "l": "language", "t": "theme", "?": "this list" },
            remedies: {
              content_policy_violation: "Say it differently: the model's checker refused this prompt.",
              validation: "A value is not one that the endpoint takes: falhost explain shows what is sent.",
              billing: "Top up the account at fal.ai, then make it again.",
              unauthorized: "The key was refused: look at FAL_KEY.",
              rate_limited: "Make it again a little later, or with fewer jobs side by side.",
              timeout: "falhost resume looks whether fal has it by now.",
              network: "falhost resume looks whether fal has it; otherwise make it again.",
              server_error: "fal failed: make it again later.",
              unknown: "falhost resume looks for it at fal; it is never sent twice by itself.",
              expired: "fal keeps the result no longer: make it again.",
              cancelled: "It was cancelled: make it again.",
              open: "falhost resume brings it to its end.",
              other: "Make it again; falhost jobs show tells all that is known of it.",
              budget_exceeded: "The budget was used up: raise --budget, then make it again."
            }
          },
          ru: {
            name: "Русский", other: "English", gallery: "Галерея", comparison: "Сравнение",
            pictures: { one: "# картинка", few: "# картинки", many: "# картинок", other: "# картинки" },
            jobsLeft: { one: "# задание без картинки", few: "# задания без картинки", many: "# заданий без картинки", other: "# задания без картинки" },
            of: "из", selected: { one: "выбрана #", few: "выбрано #", many: "выбрано #", other: "выбрано #" },
            search: "Искать в промптах, сидах, номерах", allAvatars: "Все аватары", allPresets: "Все пресеты", allStates: "Любой статус",
            avatar: "Аватар", preset: "Пресет", state: "Статус", order: "Порядок", none: "нет", flagged: "отмечено проверкой",
            orders: { newest: "Сначала новые", oldest: "Сначала старые", avatar: "По аватару", preset: "По пресету", prompt: "По промпту", seed: "По сиду", dearest: "Сначала дорогие", slowest: "Сначала долгие" },
            states: { completed: "готово", failed: "ошибка", cancelled: "отменено", unknown: "неизвестно", expired: "устарело", submitted: "в работе", submitting: "отправляется", intent: "ещё не отправлено", flagged: "отмечено" },
            nothing: "Таких картинок нет.", nothingAtAll: "Здесь ещё нет картинок.", reset: "Показать все",
            compare: "Сравнить", clear: "Снять выбор", compareNeeds: "Выберите две картинки или больше.", full: "Сравнить можно не больше # сразу.",
            select: "Выбрать для сравнения", open: "Показать", previous: "Назад", next: "Вперёд", close: "Закрыть",
            theme: { auto: "Тема: как в системе", light: "Тема: светлая", dark: "Тема: тёмная" }, keys: "Клавиши",
            list: "Списком", grid: "Таблицей",
            copyCommand: "Копировать команду", copyPrompt: "Копировать промпт", copied: "Скопировано.", notCopied: "Браузер не даёт странице копировать: выделите текст сами.",
            again: "Сделать ещё раз", openFile: "Открыть файл", receipt: "Квитанция", openFal: "Открыть на fal",
            thumbnail: "Только миниатюра: файла рядом с этой страницей нет.", noFile: "Только миниатюра: файл не сохранён.", notKept: "Картинка не сохранена.",
            noPicture: "Нет картинки", advice: "Что делать", arguments: "Всё, что отправлено", differences: "Что различается", same: "Различаются только сами картинки.", sameForAll: "Одинаково у всех",
            fields: { prompt: "Промпт", sent: "Отправлено в fal", avatar: "Аватар", preset: "Пресет", endpoint: "Модель", seed: "Сид", size: "Размер", created: "Сделано", seconds: "Заняло", price: "Цена", job: "Задание", run: "Запуск", request: "Запрос", file: "Файл", state: "Статус", number: "Картинка" },
            unit: "с", simulated: "симуляция", spent: "потрачено", sameSeed: "сид # в каждой клетке", forJob: "за задание",
            moves: { "← ↑ ↓ →": "перемещение", "Enter": "показать крупно", "Space, c": "выбрать; в крупном виде — сравнить", "Shift c": "сравнить выбранные", "y": "в крупном виде — копировать команду", "z": "увеличить там, где указатель", "/": "поиск", "Esc": "закрыть или снять выбор", "l": "язык", "t": "тема", "?": "этот список" },
            remedies: {
              content_policy_violation: "Сформулируйте иначе: проверка модели отклонила этот промпт.",
              validation: "Модель не принимает одно из значений: falhost explain покажет, что отправляется.",
              billing: "Пополните счёт на fal.ai и сделайте ещё раз.",
              unauthorized: "Ключ отклонён: проверьте FAL_KEY.",
              rate_limited: "Повторите чуть позже или с меньшим числом заданий сразу.",
              timeout: "falhost resume посмотрит, готово ли оно на fal.",
              network: "falhost resume посмотрит, есть ли оно на fal; если нет, сделайте ещё раз.",
              server_error: "Сбой на стороне fal: повторите позже.",
              unknown: "falhost resume поищет его на fal; само оно второй раз не отправляется.",
              expired: "fal больше не хранит результат: сделайте ещё раз.",
              cancelled: "Задание отменено: сделайте ещё раз.",
              open: "falhost resume доведёт его до конца.",
              other: "Сделайте ещё раз; falhost jobs show расскажет всё, что известно.",
              budget_exceeded: "Бюджет исчерпан: увеличьте --budget и сделайте ещё раз."
            }
          }
        };
        // What is shown: the document, the choices made in the page, and how they are kept in its address.
        const byId = (id) => document.getElementById(id);
        const book = JSON.parse(byId("data").textContent);
        const entries = book.entries;
        entries.forEach((entry, place) => {
          entry.place = place;
          entry.key = entry.job + "." + entry.number;
          entry.text = [entry.prompt, entry.sent, entry.avatar, entry.preset, entry.seed, entry.job, entry.run, entry.request, entry.code, entry.message]
            .filter(Boolean).join("\n").toLowerCase();
        });
        const kept = {
          get(name) { try { return localStorage.getItem("falhost." + name); } catch { return null; } },
          set(name, value) { try { localStorage.setItem("falhost." + name, value); } catch { /* a page without storage forgets */ } }
        };

        const choices = { search: "", avatar: "", preset: "", state: "", order: "newest", layout: book.grid ? "grid" : "list" };
        const firstChoices = { ...choices };
        const selected = new Set();
        const mostSelected = 6;
        let shown = [];
        let language = words[kept.get("language")] ? kept.get("language") : book.language;
        let theme = kept.get("theme") || "auto";
        const say = () => words[language];

        function counted(forms, count) {
          const form = new Intl.PluralRules(language).select(count);
          return (forms[form] || forms.other).replace("#", new Intl.NumberFormat(language).format(count));
        }
        const dollars = (amount) => "$" + amount.toFixed(amount < 1 && Math.round(amount * 1000) % 10 ? 3 : 2);
        const moment = (time) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(time);

        // MARK: The address keeps the choices, so that a link or a reload shows the same.

        function readAddress() {
          const address = new URLSearchParams(location.hash.slice(1));
          for (const name of Object.keys(choices)) choices[name] = address.get(name) ?? firstChoices[name];
          if (!say().orders[choices.order]) choices.order = firstChoices.order;
          if (words[address.get("language")]) language = address.get("language");
          if (["auto", "light", "dark"].includes(address.get("theme"))) theme = address.get("theme");
          return { view: address.get("view"), compare: address.get("compare") };
        }

        function address(open) {
          const parts = new URLSearchParams();
          for (const [name, value] of Object.entries(choices)) if (value !== firstChoices[name]) parts.set(name, value);
          for (const [name, value] of Object.entries(open || {})) if (value) parts.set(name, value);
          return "#" + parts;
        }

        const keepAddress = (open) => history.replaceState(history.state, "", address(open));

        // MARK: Which entries, in which order

        const stateOf = (entry) => entry.flagged ? "flagged" : entry.state;
        const compareText = (name) => (a, b) => (a[name] || "").localeCompare(b[name] || "", language, { numeric: true });
        const orders = {
          newest: (a, b) => b.created - a.created || a.place - b.place,
          oldest: (a, b) => a.created - b.created || a.place - b.place,
          avatar: compareText("avatar"), preset: compareText("preset"), prompt: compareText("prompt"), seed: compareText("seed"),
          dearest: (a, b) => (b.price || 0) - (a.price || 0),
          slowest: (a, b) => (b.seconds || 0) - (a.seconds || 0)
        };

        function chosen() {
          const needle = choices.search.trim().toLowerCase();
          return entries.filter((entry) =>
            (!choices.avatar || (entry.avatar || "") === choices.avatar) &&
            (!choices.preset || (entry.preset || "") === choices.preset) &&
            (!choices.state || stateOf(entry) === choices.state) &&
            (!needle || entry.text.includes(needle))
          ).sort(orders[choices.order]);
        }

        // MARK: Pictures: text in the page until they are looked at

        const smallOf = (entry) => byId("small-" + entry.place)?.textContent;
        const fullOf = (entry) => byId("full-" + entry.place)?.textContent || entry.link;
        const adviceFor = (entry) => {
          const open = ["submitted", "submitting", "intent"].includes(entry.state);
          const remedies = say().remedies;
          return remedies[entry.code] || remedies[entry.state] || (open ? remedies.open : remedies.other);
        };

        function make(kind, attributes, ...children) {
          const element = document.createElement(kind);
          for (const [name, value] of Object.entries(attributes || {})) {
            if (name === "class") element.className = value;
            else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
            else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
          }
          element.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
          return element;
        }
        // The cards: one for each entry, made once; their pictures are there only near the window.
        const cards = byId("cards");
        const cardOf = new Map();

        // A picture near the window gets its address, one far away loses it: memory stays flat however long the list is.
        const waiting = new Set();
        const watcher = new IntersectionObserver((seen) => {
          for (const { target, isIntersecting } of seen) {
            if (isIntersecting) fill(target); else { waiting.delete(target); target.removeAttribute("src"); }
          }
        }, { rootMargin: "600px 300px" });

        function fill(image) {
          const entry = entries[image.dataset.place];
          const source = smallOf(entry);
          if (source) image.src = source;
          else if (document.readyState === "loading") { waiting.add(image); return; }
          else if (fullOf(entry)) image.src = fullOf(entry);
          else { image.closest(".open").replaceChildren(reasonFor(entry)); return; }
          waiting.delete(image);
        }

        // Thumbnails stand behind the script: those that are wanted before they have come are filled in as they come.
        if (document.readyState === "loading") {
          const arrivals = new MutationObserver(() => waiting.forEach(fill));
          arrivals.observe(document.body, { childList: true });
          document.addEventListener("DOMContentLoaded", () => { arrivals.disconnect(); waiting.forEach(fill); });
        }

        const hasPicture = (entry) => entry.state === "completed";

        function pictureOf(entry) {
          if (!hasPicture(entry)) return reasonFor(entry);
          const image = make("img", {
            alt: "", decoding: "async", draggable: "false", "data-place": entry.place,
            onerror: (event) => event.target.closest(".open").replaceChildren(reasonFor(entry))
          });
          watcher.observe(image);
          return image;
        }

        function reasonFor(entry) {
          const message = entry.message || (entry.state === "completed" ? say().notKept : "");
          return make("span", { class: "why" },
            make("strong", {}, entry.code || say().states[entry.state] || entry.state), message && make("span", {}, message));
        }

        function badgeOf(entry) {
          const state = stateOf(entry);
          return state === "completed" ? null : make("span", { class: "badge " + state }, say().states[state] || state);
        }

        const nameOf = (entry) => [entry.avatar, entry.preset, entry.prompt].filter(Boolean).join(", ");

        function cardFor(entry) {
          const open = make("button", {
            type: "button", class: "open", tabindex: "-1", "aria-label": nameOf(entry), "data-place": entry.place,
            onclick: () => openViewer(entry), onfocus: () => setCurrent(open)
          }, pictureOf(entry));
          return make("article", { class: "card", role: "listitem", "data-key": entry.key },
            open, badgeOf(entry),
            make("input", {
              type: "checkbox", class: "pick", tabindex: "-1", "aria-label": say().select, title: say().select,
              onchange: (event) => select(entry, event.target.checked)
            }),
            make("p", { class: "who" }, make("b", {}, entry.avatar || entry.endpoint), " ", make("span", {}, entry.preset || "")),
            make("p", { class: "prompt" }, entry.prompt));
        }

        function card(entry) {
          if (!cardOf.has(entry)) cardOf.set(entry, cardFor(entry));
          return cardOf.get(entry);
        }

        function showCards() {
          shown = chosen();
          const asGrid = book.grid && choices.layout === "grid";
          byId("grid").hidden = !asGrid;
          cards.hidden = Boolean(asGrid);
          if (asGrid) showGrid();
          else cards.replaceChildren(...shown.map(card));
          byId("empty").hidden = shown.length > 0;
          byId("empty").querySelector("p").textContent = entries.length ? say().nothing : say().nothingAtAll;
          byId("reset").hidden = entries.length === 0;
          setCurrent(openButtons()[0]);
          measureCards();
          showSummary();
        }

        // What a card outside the window counts with, so that the scroll bar is true.
        function measureCards() {
          const first = cards.firstElementChild;
          if (first && !cards.hidden) cards.style.setProperty("--card-height", Math.ceil(first.getBoundingClientRect().height) + "px");
        }
        addEventListener("resize", measureCards);

        function showSummary() {
          const pictures = shown.filter(hasPicture).length;
          const rest = shown.length - pictures;
          const spent = shown.reduce((sum, entry) => sum + (entry.number === 1 && entry.price || 0), 0);
          const simulated = shown.length > 0 && shown.every((entry) => entry.simulated);
          const all = entries.filter(hasPicture).length;
          byId("summary").textContent = [
            counted(say().pictures, pictures) + (pictures < all ? ` ${say().of} ${new Intl.NumberFormat(language).format(all)}` : ""),
            rest > 0 && counted(say().jobsLeft, rest),
            spent > 0 && (simulated ? `${dollars(spent)} (${say().simulated})` : `${say().spent}: ${dollars(spent)}`),
            book.made && new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(book.made)
          ].filter(Boolean).join(" · ");
        }

        // MARK: The card that the keyboard is at

        let current = null;
        const openButtons = () => [...(choices.layout === "grid" ? byId("grid") : cards).querySelectorAll(".open")];

        function setCurrent(button) {
          if (current && current !== button) current.tabIndex = -1;
          current = button || null;
          if (current) current.tabIndex = 0;
        }

        const entryAt = (button) => button && entries[button.dataset.place];

        // How far the card above or below is in the order of the cards.
        function rowStep(way) {
          if (choices.layout !== "grid") return way * getComputedStyle(cards).gridTemplateColumns.split(" ").length;
          const cell = current?.closest("td");
          const row = way > 0 ? cell?.parentElement.nextElementSibling : cell?.parentElement.previousElementSibling;
          const target = row?.cells[cell.cellIndex].querySelector(".open");
          const buttons = openButtons();
          return target ? buttons.indexOf(target) - buttons.indexOf(current) : 0;
        }

        function moveBy(step) {
          const buttons = openButtons();
          const place = buttons.indexOf(current);
          const next = buttons[Math.min(buttons.length - 1, Math.max(0, place + step))];
          if (!next) return;
          next.focus();
          next.closest(".card, td")?.scrollIntoView({ block: "nearest", inline: "nearest" });
        }

        // MARK: Selecting

        function select(entry, isSelected) {
          if (isSelected && selected.size >= mostSelected && !selected.has(entry)) tell(say().full.replace("#", mostSelected));
          else if (isSelected) selected.add(entry);
          else selected.delete(entry);
          showSelection();
        }

        function showSelection() {
          for (const box of document.querySelectorAll(".pick")) {
            const entry = entryAt(box.parentElement.querySelector(".open"));
            box.checked = selected.has(entry);
            box.parentElement.classList.toggle("picked", box.checked);
          }
          byId("selection").hidden = selected.size === 0;
          byId("selection").querySelector("span").textContent = counted(say().selected, selected.size);
          byId("compare").disabled = selected.size < 2;
          document.body.classList.toggle("selecting", selected.size > 0);
        }

        function tell(text) {
          const told = byId("told");
          told.textContent = text;
          told.classList.add("visible");
          clearTimeout(tell.timer);
          tell.timer = setTimeout(() => told.classList.remove("visible"), 2500);
        }
        // What is known of one picture, and the command that makes it again.
        function copy(text) {
          const done = () => tell(say().copied);
          const byHand = () => {
            const field = make("textarea", { class: "offscreen" });
            field.value = text;
            (document.querySelector("dialog[open]") || document.body).append(field);
            field.select();
            const isDone = document.execCommand("copy");
            field.remove();
            if (isDone) done(); else tell(say().notCopied);
          };
          if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, byHand); else byHand();
        }

        function shownValue(entry, field) {
          switch (field) {
            case "size": return entry.width && entry.height ? `${entry.width} × ${entry.height}` : undefined;
            case "created": return moment(entry.created);
            case "seconds": return entry.seconds === undefined ? undefined
              : new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(entry.seconds) + " " + say().unit;
            case "price": return entry.price === undefined ? undefined
              : dollars(entry.price) + (entry.simulated ? ` (${say().simulated})` : "");
            case "state": return say().states[entry.state] + (entry.flagged ? `, ${say().flagged}` : "");
            default: return entry[field];
          }
        }

        const receiptFields = ["sent", "avatar", "preset", "endpoint", "seed", "size", "state", "created", "seconds", "price", "job", "run", "request", "file"];

        function receiptFor(entry) {
          const rows = receiptFields.filter((field) => shownValue(entry, field)).map((field) =>
            make("div", { class: field }, make("dt", {}, say().fields[field]), make("dd", {}, shownValue(entry, field))));
          return [
            badgeOf(entry),
            book.grid && make("p", { class: "place" }, placeOf(entry)),
            make("h2", {}, entry.prompt),
            entry.message && make("div", { class: "failure" },
              make("strong", {}, entry.code), make("p", {}, entry.message),
              make("p", { class: "advice" }, make("b", {}, say().advice + ": "), adviceFor(entry))),
            entry.command && make("div", { class: "again" },
              make("h3", {}, say().again), make("code", {}, entry.command),
              make("button", { type: "button", class: "primary", onclick: () => copy(entry.command) }, say().copyCommand)),
            make("div", { class: "links" },
              make("button", { type: "button", class: "quiet", onclick: () => copy(entry.prompt) }, say().copyPrompt),
              entry.link && make("a", { class: "quiet", href: entry.link, target: "_blank", rel: "noopener" }, say().openFile),
              entry.receipt && make("a", { class: "quiet", href: entry.receipt, target: "_blank", rel: "noopener" }, say().receipt),
              entry.url && !entry.simulated && make("a", { class: "quiet", href: entry.url, target: "_blank", rel: "noopener noreferrer" }, say().openFal)),
            make("dl", {}, ...rows),
            make("details", {}, make("summary", {}, say().arguments), make("pre", {}, JSON.stringify(entry.arguments, null, 2)))
          ].filter(Boolean);
        }

        // Shows the whole picture; the thumbnail where its file cannot be had. `remark` is told which.
        function showWhole(image, entry, remark) {
          const small = smallOf(entry);
          const full = fullOf(entry);
          image.alt = nameOf(entry);
          remark(null);
          image.onerror = () => {
            image.onerror = null;
            remark(small ? (full ? say().thumbnail : say().noFile) : say().notKept);
            if (small) image.src = small; else image.removeAttribute("src");
          };
          if (full) image.src = full; else image.onerror();
        }
        // One picture, as large as the window lets it be.
        const viewer = byId("viewer");
        const stage = viewer.querySelector(".stage");
        let viewed = null;

        function openViewer(entry, isNew = true) {
          viewed = entry;
          const isOpen = viewer.open;
          showViewed();
          if (!isOpen) {
            viewer.showModal();
            viewer.querySelector(".close").focus();
          }
          if (isNew) openedDialog({ view: entry.key }, isOpen);
        }

        function showViewed() {
          const entry = viewed;
          const image = stage.querySelector("img");
          const nothing = stage.querySelector(".nothing");
          const note = stage.querySelector(".remark");
          setZoom(stage, false);
          const isPicture = hasPicture(entry);
          image.hidden = !isPicture;
          nothing.hidden = isPicture;
          note.hidden = true;
          if (isPicture) showWhole(image, entry, (text) => { note.hidden = !text; note.textContent = text || ""; });
          else nothing.replaceChildren(make("span", { class: "why" }, make("strong", {}, say().noPicture)));
          const receipt = viewer.querySelector(".receipt");
          receipt.replaceChildren(...receiptFor(entry));
          receipt.scrollTop = 0;
          viewer.setAttribute("aria-label", nameOf(entry));
          stage.querySelector(".previous").hidden = !neighbour(-1);
          stage.querySelector(".next").hidden = !neighbour(1);
        }

        // In the grid the arrows go along its axes; in the list, along the order that is shown.
        function neighbour(step) {
          const order = choices.layout === "grid" && book.grid ? openButtons().map(entryAt) : shown;
          const place = order.indexOf(viewed);
          return place < 0 ? undefined : order[place + step];
        }

        function turn(step) {
          const next = neighbour(step);
          if (next) openViewer(next);
        }

        stage.querySelector(".previous").addEventListener("click", () => turn(-1));
        stage.querySelector(".next").addEventListener("click", () => turn(1));
        viewer.addEventListener("close", () => {
          closedDialog();
          const button = openButtons().find((one) => entryAt(one) === viewed);
          stage.querySelector("img").removeAttribute("src");
          if (button) { setCurrent(button); button.focus(); }
          viewed = null;
        });

        // MARK: Zooming to where the pointer is

        function setZoom(frame, isOn) {
          frame.classList.toggle("zoomed", isOn ?? !frame.classList.contains("zoomed"));
        }

        function zoomable(frame) {
          frame.addEventListener("click", (event) => { if (event.target.localName === "img") { aim(event); setZoom(frame); } });
          const aim = (event) => {
            const box = event.target.localName === "img" && event.target.parentElement.getBoundingClientRect();
            if (!box) return;
            frame.style.setProperty("--x", ((event.clientX - box.left) / box.width * 100).toFixed(1) + "%");
            frame.style.setProperty("--y", ((event.clientY - box.top) / box.height * 100).toFixed(1) + "%");
          };
          frame.addEventListener("pointermove", aim);
        }
        zoomable(stage);

        // A swipe turns the page, as on a phone's own pictures.
        let touched = null;
        stage.addEventListener("touchstart", (event) => { touched = event.touches.length === 1 ? event.touches[0] : null; }, { passive: true });
        stage.addEventListener("touchend", (event) => {
          const way = touched && event.changedTouches[0].clientX - touched.clientX;
          if (Math.abs(way) > 60 && !stage.classList.contains("zoomed")) turn(way < 0 ? 1 : -1);
          touched = null;
        });

        // MARK: Dialogs and the browser's way back

        // Opening one is a step in the history, so that a phone's back button closes it.
        function openedDialog(open, isSame) {
          if (isSame) keepAddress(open); else history.pushState({ isDialog: true }, "", address(open));
        }

        function closedDialog() {
          if (document.querySelector("dialog[open]")) return;
          if (history.state?.isDialog) history.back(); else keepAddress();
        }

        for (const dialog of document.querySelectorAll("dialog")) {
          dialog.querySelector(".close").addEventListener("click", () => dialog.close());
          dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
        }
        // Pictures side by side, and what differs between them.
        const comparison = byId("comparison");
        const sides = comparison.querySelector(".sides");
        zoomable(sides);

        function openComparison(list, isNew = true) {
          if (list.length < 2) return tell(say().compareNeeds);
          const old = comparison.open;
          comparison.querySelector("h2").textContent = say().comparison;
          setZoom(sides, false);
          sides.style.setProperty("--count", list.length);
          sides.replaceChildren(...list.map(sideFor));
          comparison.querySelector(".differences").replaceChildren(...differences(list));
          if (!old) {
            comparison.showModal();
            comparison.querySelector(".close").focus();
          }
          if (isNew) openedDialog({ compare: list.map((entry) => entry.key).join(",") }, old);
        }

        function sideFor(entry) {
          const image = make("img", { alt: nameOf(entry), decoding: "async" });
          const note = make("p", { class: "remark", hidden: true });
          if (hasPicture(entry)) showWhole(image, entry, (text) => { note.hidden = !text; note.textContent = text || ""; });
          return make("figure", {},
            make("div", { class: "frame" }, hasPicture(entry) ? image : reasonFor(entry), note),
            make("figcaption", {}, ...(book.grid ? [make("b", {}, placeOf(entry))]
              : [make("b", {}, entry.avatar || entry.endpoint), " ", make("span", {}, [entry.preset, entry.seed].filter(Boolean).join(" · "))])));
        }

        // Each value that could differ: what was sent, key by key, and what came of it.
        function facts(entry) {
          const facts = new Map();
          const set = (name, value) => value !== undefined && facts.set(name, value);
          for (const field of ["prompt", "avatar", "preset", "endpoint", "state"]) set(say().fields[field], shownValue(entry, field));
          for (const [name, value] of Object.entries(entry.arguments)) {
            if (name === "prompt") continue;
            set(say().fields[name] || name, typeof value === "string" ? value : JSON.stringify(value));
          }
          for (const field of ["seed", "size", "seconds", "price"]) if (!facts.has(say().fields[field])) set(say().fields[field], shownValue(entry, field));
          return facts;
        }

        function differences(list) {
          const all = list.map(facts);
          const names = [...new Set(all.flatMap((one) => [...one.keys()]))];
          const row = (name) => make("tr", {}, make("th", { scope: "row" }, name), ...all.map((one) => make("td", {}, one.get(name) ?? "–")));
          const isDifferent = (name) => new Set(all.map((one) => one.get(name))).size > 1;
          const different = names.filter(isDifferent);
          const same = names.filter((name) => !isDifferent(name));
          const table = (rows) => make("div", { class: "scroll" }, make("table", {}, make("tbody", {}, ...rows)));
          return [
            make("h3", {}, say().differences),
            different.length ? table(different.map(row)) : make("p", {}, say().same),
            make("details", {}, make("summary", {}, say().sameForAll),
              make("dl", {}, ...same.map((name) => make("div", {}, make("dt", {}, name), make("dd", {}, all[0].get(name))))))
          ];
        }

        comparison.addEventListener("close", () => {
          closedDialog();
          sides.replaceChildren();
          if (!viewer.open) current?.focus();
        });

        // From the viewer: with what was selected before it.
        function compareViewed() {
          const list = [...new Set([...selected, viewed])];
          if (list.length < 2) { select(viewed, true); return tell(say().compareNeeds); }
          viewer.close();
          openComparison(list.slice(-mostSelected));
        }
        // The table of `falhost compare`: one cell for each combination of the axes' values.
        const axisName = (axis) => say().fields[axis.name] || axis.name;

        // Where an entry stands: `noir, lora_scale 1.0`.
        function placeOf(entry) {
          if (!book.grid) return "";
          const { columns, rows, cells } = book.grid;
          const cell = cells.findIndex((places) => places.includes(entry.place));
          const value = (axis, place) => ["avatar", "preset"].includes(axis.name) ? axis.values[place] : `${axis.name} ${axis.values[place]}`;
          return [rows && value(rows, Math.floor(cell / columns.values.length)), value(columns, cell % columns.values.length)].filter(Boolean).join(" · ");
        }

        function showGrid() {
          const { columns, rows, cells } = book.grid;
          const isShown = new Set(shown);
          const head = make("thead", {}, make("tr", {},
            make("th", { class: "corner", scope: "col" }, rows ? `${axisName(rows)} / ${axisName(columns)}` : axisName(columns)),
            ...columns.values.map((value) => make("th", { scope: "col" }, value))));
          const width = columns.values.length;
          const lines = (rows ? rows.values : [""]).map((value, row) => make("tr", {},
            make("th", { scope: "row" }, value),
            ...columns.values.map((_, column) => cellFor(cells[row * width + column].map((place) => entries[place]), isShown))));
          const seed = book.grid.seed && say().sameSeed.replace("#", book.grid.seed);
          byId("grid").replaceChildren(
            make("p", { class: "lead" }, book.grid.prompt, seed && make("span", {}, seed)),
            make("div", { class: "scroll", tabindex: "-1" }, make("table", {}, head, make("tbody", {}, ...lines))));
        }

        function cellFor(list, isShown) {
          return make("td", {}, make("div", { class: "cell" }, ...list.map((entry) => {
            const open = make("button", {
              type: "button", class: "open", tabindex: "-1", "aria-label": nameOf(entry), "data-place": entry.place,
              onclick: () => openViewer(entry), onfocus: () => setCurrent(open)
            }, pictureOf(entry));
            return make("div", { class: "card" + (isShown.has(entry) ? "" : " dim") }, open, badgeOf(entry),
              make("input", {
                type: "checkbox", class: "pick", tabindex: "-1", "aria-label": say().select, title: say().select,
                onchange: (event) => select(entry, event.target.checked)
              }));
          })));
        }
        // The controls at the top, the keyboard, and the beginning.
        const controls = { search: byId("search"), avatar: byId("avatar"), preset: byId("preset"), state: byId("state"), order: byId("order") };

        function fillSelect(control, all, values) {
          const counts = new Map();
          for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
          const names = [...counts.keys()].sort((a, b) => a.localeCompare(b, language, { numeric: true }));
          const label = (name) => (control === controls.state ? say().states[name] || name : name || say().none) + ` (${counts.get(name)})`;
          control.replaceChildren(make("option", { value: "" }, all), ...names.filter((name) => name !== "").map((name) => make("option", { value: name }, label(name))));
          control.hidden = names.length < 2;
        }

        function showControls() {
          document.documentElement.lang = language;
          document.documentElement.dataset.theme = theme;
          byId("title").textContent = book.title || say().gallery;
          document.title = `${book.title || say().gallery} – falhost`;
          controls.search.placeholder = say().search;
          fillSelect(controls.avatar, say().allAvatars, entries.map((entry) => entry.avatar || ""));
          fillSelect(controls.preset, say().allPresets, entries.map((entry) => entry.preset || ""));
          fillSelect(controls.state, say().allStates, entries.map(stateOf));
          controls.order.replaceChildren(...Object.entries(say().orders).map(([value, name]) => make("option", { value }, name)));
          for (const [name, control] of Object.entries(controls)) {
            control.value = choices[name];
            control.setAttribute("aria-label", say()[name] || name);
          }
          byId("filters").hidden = entries.length === 0;
          byId("language").textContent = say().other;
          byId("theme").textContent = { auto: "◐", light: "☀", dark: "☾" }[theme];
          byId("theme").title = say().theme[theme];
          byId("theme").setAttribute("aria-label", say().theme[theme]);
          byId("keys").setAttribute("aria-label", say().keys);
          byId("layout").hidden = !book.grid;
          controls.order.hidden = Boolean(book.grid) && choices.layout === "grid";
          byId("layout").textContent = choices.layout === "grid" ? say().list : say().grid;
          byId("reset").textContent = say().reset;
          byId("compare").textContent = say().compare;
          byId("clear").textContent = say().clear;
          for (const name of ["previous", "next", "close"])
            for (const button of document.querySelectorAll("button." + name)) button.setAttribute("aria-label", say()[name]);
          byId("help").querySelector("h2").textContent = say().keys;
          byId("help").querySelector("dl").replaceChildren(...Object.entries(say().moves).map(([keys, does]) =>
            make("div", {}, make("dt", {}, ...keys.split(", ").flatMap((key) => [make("kbd", {}, key), " "])), make("dd", {}, does))));
        }

        function show() {
          showControls();
          showCards();
          showSelection();
        }

        function choose(name, value) {
          choices[name] = value;
          keepAddress();
          showControls();
          showCards();
          showSelection();
        }

        for (const [name, control] of Object.entries(controls)) control.addEventListener("input", () => choose(name, control.value));
        byId("reset").addEventListener("click", () => { Object.assign(choices, firstChoices); keepAddress(); show(); });
        byId("layout").addEventListener("click", () => choose("layout", choices.layout === "grid" ? "list" : "grid"));
        byId("language").addEventListener("click", () => switchLanguage());
        byId("theme").addEventListener("click", () => switchTheme());
        byId("keys").addEventListener("click", () => byId("help").showModal());
        byId("compare").addEventListener("click", () => openComparison([...selected]));
        byId("clear").addEventListener("click", clearSelection);
        byId("help").addEventListener("close", () => current?.focus());

        function clearSelection() { selected.clear(); showSelection(); }

        function switchLanguage() {
          language = language === "en" ? "ru" : "en";
          kept.set("language", language);
          cardOf.clear();
          show();
        }

        function switchTheme() {
          theme = { auto: "dark", dark: "light", light: "auto" }[theme];
          kept.set("theme", theme);
          showControls();
        }

        // MARK: Keyboard

        const steps = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: () => rowStep(-1), ArrowDown: () => rowStep(1), Home: () => -entries.length, End: () => entries.length };

        const everywhere = {
          "/": () => controls.search.focus(), "l": switchLanguage, "t": switchTheme, "?": () => byId("help").showModal(),
          "C": () => openComparison([...selected]), "Escape": clearSelection
        };

        function onGridKey(event) {
          const step = steps[event.key];
          if (step && openButtons().length) return moveBy(document.activeElement === current ? step() : 0);
          const entry = document.activeElement === current && entryAt(current);
          if (entry && (event.key === " " || event.key === "c")) return select(entry, !selected.has(entry));
          if (everywhere[event.key]) return everywhere[event.key]();
          return false;
        }

        function onViewerKey(event) {
          switch (event.key) {
            case "ArrowLeft": return turn(-1);
            case "ArrowRight": return turn(1);
            case "z": return setZoom(stage);
            case "c": return compareViewed();
            case "y": return viewed.command && copy(viewed.command);
            default: return false;
          }
        }

        document.addEventListener("keydown", (event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (event.target === controls.search) {
            if (event.key === "Escape") { choose("search", ""); controls.search.blur(); }
            if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); moveBy(0); }
            return;
          }
          if (event.target.localName === "select") return;
          const open = document.querySelector("dialog[open]");
          const answer = !open ? onGridKey(event) : open === viewer ? onViewerKey(event)
            : open === comparison && event.key === "z" ? setZoom(sides) : false;
          if (answer !== false) event.preventDefault();
        });

        // MARK: The beginning

        function followAddress(event) {
          const before = JSON.stringify(choices);
          const open = readAddress();
          if (!event || JSON.stringify(choices) !== before) show();
          // The thumbnails come after the script, and a dialog may need some of them.
          if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => followDialogs(open));
          else followDialogs(open);
        }

        function followDialogs(open) {
          const entry = entries.find((one) => one.key === open.view);
          const list = (open.compare || "").split(",").map((key) => entries.find((one) => one.key === key)).filter(Boolean);
          if (viewer.open && !entry) viewer.close();
          if (comparison.open && list.length < 2) comparison.close();
          if (entry) openViewer(entry, false);
          if (list.length > 1) openComparison(list, false);
        }

        // The shape of the cards is that of most pictures.
        function chooseShape() {
          const shapes = entries.filter((entry) => entry.width && entry.height).map((entry) => entry.width / entry.height).sort((a, b) => a - b);
          const middle = shapes[Math.floor(shapes.length / 2)] || 1;
          document.documentElement.style.setProperty("--shape", Math.min(4 / 3, Math.max(3 / 4, middle)).toFixed(3));
        }

        addEventListener("popstate", followAddress);
        chooseShape();
        followAddress();
        """#
}
