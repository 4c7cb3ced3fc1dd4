# falhost: `make run` shows it working, `make test` proves it. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PREFIX ?= /usr/local
SWIFT ?= swift
RELEASE := -c release --static-swift-stdlib
ifeq ($(shell uname),Linux)
# A program needs no table of its own symbols, relocations take less room packed, functions with the same code are kept
# once (nothing compares their addresses), and the search tree for unwinding is for exceptions, which nothing here throws:
# 23 MB stripped without these, 20 with. Linked as a whole, with records of conformances only for types that are used, and
# for size where Package.swift does not say otherwise: 2 MB less again.
RELEASE += -Xswiftc -use-ld=lld -Xlinker --no-export-dynamic -Xlinker -z -Xlinker pack-relative-relocs
RELEASE += -Xlinker --icf=all -Xlinker --no-eh-frame-hdr -Xlinker $(CURDIR)/.ci/no-unwind-tables.ld
RELEASE += --experimental-lto-mode full -Xswiftc -Xfrontend -Xswiftc -conditional-runtime-records
RELEASE += -Xswiftc -Xfrontend -Xswiftc -internalize-at-link -Xswiftc -Osize
endif
# An import that Package.swift does not declare is an error; warnings are errors through Package.swift.
STRICT := --explicit-target-dependency-import-check error
FALHOST := .build/release/falhost
TEST := SWIFT="$(SWIFT)" bash .ci/test

APT_PACKAGES := pkg-config liblua5.4-dev libcurl4-openssl-dev libssl-dev libsqlite3-dev zlib1g-dev libedit-dev libgd3
BREW_PACKAGES := pkgconf lua@5.4 curl sqlite zlib gd

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

.PHONY: deps
deps: ## install what is missing: liblua5.4, libcurl, SQLite, zlib, libedit, libgd (apt or brew)
	@APT_PACKAGES="$(APT_PACKAGES)" BREW_PACKAGES="$(BREW_PACKAGES)" SWIFT="$(SWIFT)" bash .ci/deps

.PHONY: build
build: deps ## build .build/release/falhost
	@$(SWIFT) build $(RELEASE) $(STRICT) --product falhost

.PHONY: run
run: build ## make pictures with the built-in simulator (no key, no cost)
	$(FALHOST) --simulate scripts/quickstart.lua

.PHONY: test
test: deps ## all tests
	@$(TEST) $(STRICT)

# LeakSanitizer also reports what the test runner itself leaves behind, so leaks are counted by tests of ours instead.
.PHONY: test-address
test-address: deps ## all tests under the address sanitizer
	@ASAN_OPTIONS=detect_leaks=0 $(TEST) --sanitize=address --scratch-path .build-address $(STRICT)

.PHONY: test-thread
test-thread: deps ## all tests under the thread sanitizer
	@TSAN_OPTIONS="halt_on_error=1 suppressions=$(CURDIR)/.ci/thread-sanitizer" $(TEST) --sanitize=thread --scratch-path .build-thread $(STRICT)

.PHONY: lua-suite
lua-suite: build ## Lua's own test suite under falhost lua: SUITE=<folder testes/ of github.com/lua/lua>
	@bash .ci/lua-suite $(FALHOST) "$(SUITE)"

.PHONY: bench
bench: bench-lua ## throughput, CPU, memory, start-up and Lua beside floors measured in the same run
	@bash Tests/Benchmarks/run

.PHONY: crash-test
crash-test: build ## kill falhost, its network and its disk at random moments and resume: nothing lost, nothing paid twice
	@$(SWIFT) build $(RELEASE) $(STRICT) --product DroppingProxy
	@bash Tests/CrashTest/run

.PHONY: load-test
load-test: build ## 500 prompts for 3 avatars: Ctrl-C, the rest, what the simulator counted; memory by the number of jobs
	@bash Tests/LoadTest/run

.PHONY: bot-transcript
bot-transcript: build ## photos → training → avatar → Telegram bot → picture, killed twice: what it looks like
	@$(SWIFT) build $(RELEASE) $(STRICT) --product BotAPIServer
	@bash Tests/BotTranscript/run

.PHONY: bench-lua
bench-lua: build ## only what calls, tasks and rules cost in Lua
	@$(SWIFT) build $(RELEASE) $(STRICT) --product RuleBenchmark
	@bash Tests/Benchmarks/run-lua

.PHONY: bench-webhooks
bench-webhooks: build ## 1,000 deliveries a second, a tenth of them badly signed, beside a bare server that answers 200
	@$(SWIFT) build $(RELEASE) $(STRICT) --product WebhookLoad
	@bash Tests/Benchmarks/run-webhooks

.PHONY: lint
lint: ## formatting, and rules of the house that no compiler checks
	@bash .ci/lint

.PHONY: reference
reference: ## write what is made of other files: scripts/README.md, .luacheckrc, what `falhost init` and `falhost gallery` hold
	@SWIFT="$(SWIFT)" bash .ci/reference

.PHONY: faults
faults: deps ## write what comes of each fault at each stage: Tests/GenerationTests/Expected/faults.md
	@FALHOST_WRITE_FAULTS=1 $(SWIFT) test $(STRICT) --filter FaultTableTests

.PHONY: screenshots
screenshots: deps ## take the pictures of the gallery in the documentation again (needs Chromium)
	@FALHOST_SCREENSHOTS="$(CURDIR)/Sources/Gallery/Screenshots" $(SWIFT) test --filter GalleryScreenshots $(STRICT)

# The manual page and the completions of bash, zsh and fish, made by the program itself.
MANUAL := .build/manual

.PHONY: man
man: build ## write the manual page and the shells' completions to .build/manual
	@bash .ci/manual $(FALHOST) $(MANUAL)

.PHONY: install
install: man place ## copy falhost, presets, scripts, manual page and completions below PREFIX (default /usr/local)

SHARE := $(DESTDIR)$(PREFIX)/share
# What is installed, each below PREFIX.
INSTALLED := bin/falhost share/falhost share/man/man1/falhost.1 share/bash-completion/completions/falhost \
	share/zsh/vendor-completions/_falhost share/fish/vendor_completions.d/falhost.fish

.PHONY: place
place:
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/falhost $(SHARE)/man/man1 $(SHARE)/bash-completion/completions \
		$(SHARE)/zsh/vendor-completions $(SHARE)/fish/vendor_completions.d
	install -m 755 -s $(FALHOST) $(DESTDIR)$(PREFIX)/bin/falhost
	cp -R presets scripts $(SHARE)/falhost/
	install -m 644 $(MANUAL)/falhost.1 $(SHARE)/man/man1/falhost.1
	install -m 644 $(MANUAL)/falhost.bash $(SHARE)/bash-completion/completions/falhost
	install -m 644 $(MANUAL)/_falhost $(SHARE)/zsh/vendor-completions/_falhost
	install -m 644 $(MANUAL)/falhost.fish $(SHARE)/fish/vendor_completions.d/falhost.fish

.PHONY: uninstall
uninstall: ## remove what `make install` copied below PREFIX
	rm -rf $(addprefix $(DESTDIR)$(PREFIX)/,$(INSTALLED))

.PHONY: deb
deb: man ## write .build/falhost_*.deb, and run it with nothing but the libraries that it names
	@bash .ci/deb $(FALHOST) $(MANUAL) .build

.PHONY: deb-test
deb-test: man ## the same, installed and run in a fresh Debian (needs root and debootstrap)
	@CLEAN=1 bash .ci/deb $(FALHOST) $(MANUAL) .build
