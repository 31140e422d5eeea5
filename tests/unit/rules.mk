# SPDX-License-Identifier: GPL-2.0
# Unit tests: each tests/unit/test_NAME.c is one program, build/unit/test_NAME,
# built with ASan and UBSan and linked with cmocka. tests/unit/Makefile.inc says
# what else goes into it:
#   test_NAME-sources := kmod/engine/NAME.c userspace/libweir/num.c
#   test_NAME-cflags := -Itests/unit/shim		(before all other folders)

UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
UNIT_PROGRAMS := $(UNIT_TESTS:%=build/unit/%)
UNIT_CFLAGS = -std=gnu11 -O1 -g -Wall -fsanitize=address,undefined \
	-ftrivial-auto-var-init=pattern -fno-sanitize-recover=undefined -fno-omit-frame-pointer
UNIT_CPPFLAGS = -DWEIR_UNIT_TEST -Itests/unit $(CLI_CPPFLAGS) -Ikmod -Ikmod/include
UNIT_LIBS = $(shell $(PKG_CONFIG) --libs cmocka jansson) $(CLI_LIBS)

-include tests/unit/Makefile.inc

# Programs with the same cflags share their objects, under a folder named after them.
unit_empty :=
unit_folder = build/unit/objects$(subst $(unit_empty) ,,$(subst =,,$(subst /,_,$($(1)-cflags))))

define unit_program
$(1)-objects := $$(patsubst %.c,$(call unit_folder,$(1))/%.o,tests/unit/$(1).c $$($(1)-sources))
build/unit/$(1): $$($(1)-objects)
	@echo "  LD      $$@"
	@$$(CC) $$(UNIT_CFLAGS) -Wl,--as-needed -o $$@ $$^ $$(UNIT_LIBS)
-include $$($(1)-objects:.o=.d)
endef
$(foreach test,$(UNIT_TESTS),$(eval $(call unit_program,$(test))))

# One rule for a folder; any program that uses it knows the flags.
define unit_objects
$(call unit_folder,$(1))/%.o: %.c tests/unit/rules.mk $$(wildcard tests/unit/Makefile.inc) | $$(GEN_SOURCES)
	@echo "  CC      $$@"
	@mkdir -p $$(@D)
	@$$(CC) $$($(1)-cflags) $$(UNIT_CPPFLAGS) $$(UNIT_CFLAGS) -MMD -MP -c -o $$@ $$<
endef
unit_seen :=
$(foreach test,$(UNIT_TESTS),$(if $(filter $(call unit_folder,$(test)),$(unit_seen)),,\
	$(eval unit_seen += $(call unit_folder,$(test)))$(eval $(call unit_objects,$(test)))))

.PHONY: unit-programs
unit-programs: $(UNIT_PROGRAMS)
