# Every command does its own set-up. `make help` lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# ci: the counts that a change must pass; full: the counts of `make soak`.
export SCALE ?= ci

# How long `make fuzz` runs each target.
export FUZZ_SECONDS ?= 60

VENV := .venv
CARGO := cargo --locked

.PHONY: help demo test soak fuzz bench install dist-c lint advisories wasm miri vectors requirements clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Run the documents' quick start against a local sandbox; KEEP=1 leaves the sandbox running
	@tests/setup.sh demo
	@$(CARGO) build --package partnersign-cli --package partnersign-sandbox
	@python3 tests/e2e/demo.py

test: ## Run every test, in every language, at CI size
	@tests/setup.sh test tools sandbox c python node
	@tests/run.sh

soak: ## Run every test at full size, and the fuzz targets for an hour in all
	@$(MAKE) test SCALE=full
	@$(MAKE) fuzz FUZZ_SECONDS=$$((3600 / $(words $(wildcard fuzz/fuzz_targets/*.rs))))

fuzz: ## Run each fuzz target for FUZZ_SECONDS; stops at a finding (fuzz/README.md)
	@tests/setup.sh test
	@fuzz/run.sh

bench: ## Measure each face beside what its users would otherwise use; write docs/performance.md
	@tests/setup.sh native tools python node
	@$(CARGO) build --release --package partnersign-cli
	@$(CARGO) run --release --package xtask --features bench -- bench

install: ## Build the C library and install it (PREFIX=/usr/local DESTDIR=)
	@tests/setup.sh
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" bindings/c/install.sh

dist-c: ## Make the tarball of the C library, in target/dist
	@tests/setup.sh
	@bindings/c/dist.sh

lint: ## Format, clippy, generated files, versions, lint proof, licences
	@tests/setup.sh native tools c python node
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --features xtask/bench -- --deny warnings
	$(CARGO) clippy --package partnersign --all-targets --no-default-features --features rustcrypto -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" $(CARGO) doc --no-deps --package partnersign
	$(CARGO) xtask codegen --check
	$(CARGO) xtask versions --check
	$(CARGO) xtask lint-proof
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(CARGO) deny check bans licenses sources
	tests/lint/c.sh
	tests/lint/python.sh
	tests/lint/node.sh

vectors: ## Make the vectors anew with OpenSSL and Go
	@tests/setup.sh test
	python3 tests/vectors/make.py

requirements: ## Pin the Python tools of requirements-dev.in anew, with their hashes (needs uv)
	uv pip compile --quiet --generate-hashes --python-version 3.11 --no-emit-index-url --no-header \
		requirements-dev.in --output-file requirements-dev.txt

advisories: ## Look for known weaknesses in the dependencies (needs the advisory database)
	@tests/setup.sh tools
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(CARGO) deny check advisories

wasm: ## Compile core for wasm32 with the pure-Rust backend (needs: rustup target add wasm32-unknown-unknown)
	$(CARGO) build --package partnersign --no-default-features --features rustcrypto --target wasm32-unknown-unknown

miri: ## Run core's backend-free tests under Miri (needs: rustup +nightly component add miri)
	cargo +nightly miri test --package partnersign --no-default-features --features rustcrypto --lib -- url freshness signature request error
	cargo +nightly miri test --package partnersign-c --lib -- handles error pointers

clean: ## Remove what the commands made
	rm -rf target $(VENV)
