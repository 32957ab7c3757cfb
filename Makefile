# What a person types. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# The order of the words is the order of the work; each step uses all cores by itself.
.NOTPARALLEL:

PREFIX ?= /usr/local
DATA ?= .todo-data
PORT ?=
# pytest's arguments, such as E2E="-k digest -x".
E2E ?=
# What swift test takes, such as UNIT="--filter StoreTests".
UNIT ?=
SANITIZER ?= thread

BIN := .build/release
SWIFT_BUILD := swift build --configuration release
PROGRAMS := todo todo-tui todo-backend

.PHONY: help setup setup-run setup-lint setup-test build build-tests run test unit unit-swift unit-page e2e sanitize lint format bench man env install uninstall deb compose-test lint-deploy soak clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## install what this machine lacks (Debian, Ubuntu; asks nothing)
	@scripts/setup.sh run lint test

setup-run:
	@scripts/setup.sh run

setup-lint:
	@scripts/setup.sh lint

setup-test:
	@scripts/setup.sh run lint test

build: setup-run ## build the programs, in release mode, into .build/release
	$(SWIFT_BUILD)

run: build ## build and start everything on this machine: DATA=folder PORT=number
	@command -v todo >/dev/null || printf '%s\n' 'For the commands todo and todo-tui in another terminal:' \
		"  export PATH=\"$(CURDIR)/$(BIN):\$$PATH\""
	@exec $(BIN)/todo-backend dev --data '$(DATA)' $(if $(PORT),--port $(PORT))

test: setup-test lint unit e2e ## all checks: lint, unit tests, end-to-end tests

# One release build serves the unit tests and the real programs that the end-to-end tests drive.
build-tests: setup-test
	$(SWIFT_BUILD) --build-tests

unit: unit-swift unit-page ## the unit and integration tests: UNIT="--filter StoreTests"

# Tests that mostly wait, for the groups of a broker and for what they time out on: side by side.
WAITING := (KafkaTests|ConsumptionTests|CommandsTests|DeadLettersTests|MailerTests)
SWIFT_TEST := swift test --configuration release --skip-build --disable-xctest

unit-swift: build-tests
ifneq ($(UNIT),)
	$(SWIFT_TEST) --no-parallel $(UNIT)
else
	@# The others one at a time: real servers and deadlines take each other's processor otherwise.
	$(SWIFT_TEST) --no-parallel --skip '^$(WAITING)\.'
	$(SWIFT_TEST) --filter '^KafkaTests\.'
	$(SWIFT_TEST) --filter '^$(subst KafkaTests|,,$(WAITING))\.'
endif

# The browser driver that the end-to-end tests use brings a Node.js, for machines that have none.
unit-page: setup-test
	@$$(command -v node || echo .venv/lib/python3*/site-packages/playwright/driver/node) --test Tests/frontend/

# Most of it is waiting for servers, so more files at once than there are cores; each file's servers are its own.
e2e: build-tests ## the real programs, from outside: E2E="-k digest"
	.venv/bin/python -m pytest Tests/e2e $(or $(E2E),--numprocesses 3 --dist loadfile --no-loadscope-reorder)

sanitize: setup-test ## the Swift tests under a sanitizer: SANITIZER=thread or address, UNIT="--filter StoreTests"
	@scripts/sanitize.sh '$(SANITIZER)' $(UNIT)

lint: setup-lint ## check the form of Swift, shell, YAML and Docker files
	@scripts/lint.sh

format: ## bring all Swift files into form
	swift format --in-place --parallel --recursive Package.swift Sources Tests

bench: ## say which measurements there are
	@printf '%s\n' bench/*/run.sh; echo 'bench/README.md has the last figures.'

man: build setup-test ## write the man pages anew, from docs/man and the program's own help
	.venv/bin/python scripts/man.py $(BIN)/todo

env: ## make .env with good secrets, for docker compose
	@scripts/make-env.sh

install: ## put programs, page, man pages and completions into PREFIX (default /usr/local)
	@BIN='$(BIN)' scripts/install.sh '$(PREFIX)' '$(DESTDIR)'

uninstall: ## take away what `make install` put into PREFIX
	@BIN='$(BIN)' scripts/install.sh --remove '$(PREFIX)' '$(DESTDIR)'

deb: build ## make a Debian package of what was built, in .build/deb
	@BIN='$(BIN)' scripts/deb.sh

compose-test: build ## build the images and run docker-compose.yml without an engine (root; skips where tools are missing)
	@scripts/compose-test.sh

lint-deploy: setup-lint ## check the Compose files, workflows, nginx's configuration, alerts and Dockerfiles
	@scripts/lint-deploy.sh

soak: build ## an hour's shape of load in ten minutes: SOAK="--minutes 2 --users 50"
	@.venv/bin/python bench/soak/soak.py $(SOAK)

clean: ## remove what was built (the data folder stays)
	rm -rf .build .build-thread .build-address .venv
