# Kept. `make` alone lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help
# cargo and npm use all processors by themselves, and the steps of one target follow each other.
.NOTPARALLEL:

CARGO ?= cargo

# The front end is built again only when something it is made of is newer than its last build. Directories count too:
# theirs is the only time stamp that a deleted file changes.
frontend_packages := frontend/node_modules/.package-lock.json
frontend_built := frontend/node_modules/.kept-built
frontend_sources := $(shell find frontend -mindepth 1 \
	\( -path frontend/node_modules -o -path frontend/dist -o -path frontend/dist-sandbox -o -path frontend/dist-forge -o -path frontend/generated \) -prune \
	-o -print)
ifneq ($(words $(wildcard frontend/dist/. frontend/dist-sandbox/. frontend/dist-forge/.)),3)
.PHONY: $(frontend_built)
endif

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: setup-build $(frontend_built) ## Build target/release/kept (production) and target/release/sandbox
	$(CARGO) build --locked --release --bin kept
	$(CARGO) build --locked --release --features sandbox --bin sandbox

.PHONY: run
run: build ## Build, then start Kept on :8080 and the sandbox on :8081, with data in ./data
	@scripts/run

# The corpus of the redaction tests is made anew from a second seed, which nobody looks at while patterns are written.
CORPUS_SEED ?= 815

.PHONY: test
test: setup-test check ## Run everything that CI runs: checks, then all tests on SQLite, on PostgreSQL and in a browser
	cd frontend && npm run test
	scripts/record-tests begin
	scripts/record-tests sqlite scripts/in-memory env -u KEPT_TEST_POSTGRES_URL $(CARGO) test --locked --features sandbox
	@cat target/redaction-*.txt
	KEPT_CORPUS_SEED=$(CORPUS_SEED) $(CARGO) test --quiet --locked --features sandbox --test it -- redaction::
	@cat target/redaction-*.txt
	scripts/record-tests planted
	scripts/record-tests postgres scripts/in-memory scripts/with-postgres $(CARGO) test --locked --features sandbox
	cd frontend && npm run browser
	$(CARGO) run --locked --quiet --features sandbox --bin kept -- policy prove

# The programs are those that the tests of the service have built; nothing is built twice.
.PHONY: browser
browser: setup-test $(frontend_built) ## Try every page in a headless Chromium, against the service and the sandbox
	$(CARGO) test --locked --features sandbox --test it --no-run
	cd frontend && npm run browser

.PHONY: check
check: setup-test $(frontend_built) ## Check format, lints and types
	cd frontend && npm run check
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(CARGO) clippy --locked --all-targets --features sandbox -- -D warnings

.PHONY: deny
deny: ## Check licences, sources and advisories of the dependencies (needs cargo-deny)
	$(CARGO) deny --locked check

# Benchmarks need the sandbox, which a production binary must not hold. Their binary is moved away at once, so that
# target/release/kept never is one with the sandbox in it; the last build puts the production binary back.
.PHONY: bench
bench: setup-build $(frontend_built) ## Run the benchmarks (BENCH=name runs one; BENCH=first-content times the admin page)
ifeq ($(BENCH),first-content)
bench: bench-first-content
else
bench: bench-service
endif

# How soon the admin page is there in a browser, on a slow machine and line; more than a second is a failure.
.PHONY: bench-first-content
bench-first-content: setup-test build
	cd frontend && KEPT_PROGRAMS=$(CURDIR)/target/release KEPT_FIRST_CONTENT_MILLISECONDS=1000 \
		npm run browser -- --project measured --no-deps

.PHONY: bench-service
bench-service: setup-build $(frontend_built)
	$(CARGO) build --locked --release --features sandbox --bin kept
	mkdir -p target/bench
	mv -f target/release/kept target/bench/kept
	$(CARGO) build --locked --release --bin kept
	target/bench/kept bench $(or $(BENCH),all)
ifeq ($(or $(BENCH),all),all)
	target/bench/kept bench audit
endif

.PHONY: demo
demo: setup-demo build ## Build, then walk through an install, a problem report, an uninstall and the erasure on a sandbox site
	@scripts/demo

.PHONY: setup-build setup-test setup-demo
setup-build setup-test setup-demo: setup-%:
	@scripts/setup $*

$(frontend_packages): frontend/package.json frontend/package-lock.json | setup-build
	cd frontend && npm ci --no-audit --no-fund
	@touch $@

$(frontend_built): $(frontend_packages) $(frontend_sources) | setup-build
	cd frontend && npm run build
	@touch $@
