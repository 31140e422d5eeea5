# SPDX-License-Identifier: GPL-2.0
# For people; what the kernel's build system reads is the Kbuild beside it.
# `make help` lists the targets.

VERSION := $(shell cat VERSION)
PREFIX ?= /usr/local
DESTDIR ?=
KVER ?=
# How many times as much the randomised cases try, and what they begin with.
export WEIR_ROUNDS := $(ROUNDS)
export WEIR_SEED := $(SEED)

CC ?= gcc
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --jobs=$(shell nproc)

## all: the modules and the command line program
.PHONY: all
all: modules cli

## modules: the kernel modules, into build/RELEASE/*.ko; KVER=RELEASE, or KVER=6.1, 6.12, 7, debug for a test kernel
.PHONY: modules
modules:
	@scripts/modules $(KVER)

include userspace/Makefile.inc
include tests/unit/rules.mk

## check: everything that must hold: generated files, unit tests, and the cases in VMs on three kernels; ROUNDS=10 SEED=7 try more at random
.PHONY: check
check: cli unit-programs
	@tests/check

## unit: the unit tests alone, under ASan and UBSan
.PHONY: unit
unit: unit-programs
	@tests/unit/run $(UNIT_PROGRAMS)

## check-vm: the cases in VMs alone; KERNELS="6.12 7" and CASES="ping set_hash" choose
.PHONY: check-vm
check-vm: cli
	@tests/vm/check $(if $(KERNELS),--kernels "$(KERNELS)") $(CASES)

## check-debug: the same cases on a kernel with KASAN, lockdep, kmemleak and fault injection
.PHONY: check-debug
check-debug: cli
	@tests/vm/check --kernels debug $(CASES)

## lint: shellcheck, checkpatch, sparse, W=1, manual pages, and one version everywhere
.PHONY: lint
lint:
	@tests/lint

## bench: instructions per packet beside iptables, nftables and ipset; JSON=FILE and PICTURE=FILE (SVG) keep them
.PHONY: bench
bench: cli
	@tests/bench/run $(if $(JSON),--json "$(JSON)") $(if $(PICTURE),--picture "$(PICTURE)")

## demo: boot a VM, load a ruleset, send traffic and show what was counted
.PHONY: demo
demo: cli
	@scripts/demo-vm

## deps: install the packages that building and testing need (DEPS=build: building only)
.PHONY: deps
deps:
	@scripts/deps $(DEPS)

## install: program, manual, completion, examples, and the modules (through dkms where there is dkms)
## uninstall: remove what install put there
.PHONY: install uninstall
install: cli
	@VERSION=$(VERSION) DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" KVER="$(KVER)" scripts/install
uninstall:
	@VERSION=$(VERSION) DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" KVER="$(KVER)" scripts/install --remove

## clean: remove build/; the cache of test kernels stays
.PHONY: clean
clean:
	rm -rf build

## help: this list
.PHONY: help
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | sed 's/: /\t/' | expand -t 14
