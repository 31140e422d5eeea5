# SPDX-License-Identifier: GPL-2.0
# Unit tests: each tests/unit/test_NAME.c is one program, build/unit/test_NAME,
# built with ASan and UBSan and linked with cmocka. tests/unit/Makefile.inc says
# what else goes into it:
#   test_NAME-sources := kmod/engine/NAME.c userspace/libweir/num.c
#   test_NAME-cflags := -Itests/unit/shim		(before all other folders)

UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
UNIT_PROGRAMS := $(UNIT_TESTS:%=build/unit/%)
UNIT_CFLAGS = -std=gnu11 -O1 -g -Wall -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer
UNIT_CPPFLAGS = -DWEIR_UNIT_TEST -Itests/unit $(CLI_CPPFLAGS) -Ikmod -Ikmod/include
UNIT_LIBS = $(shell $(PKG_CONFIG) --libs cmocka) $(CLI_LIBS)

-include tests/unit/Makefile.inc

define unit_program
$(1)-objects := $$(patsubst %.c,build/unit/$(1).d/%.o,tests/unit/$(1).c $$($(1)-sources))
build/unit/$(1): $$($(1)-objects)
	@echo "  LD      $$@"
	@$$(CC) $$(UNIT_CFLAGS) -Wl,--as-needed -o $$@ $$^ $$(UNIT_LIBS)
build/unit/$(1).d/%.o: %.c tests/unit/rules.mk $$(wildcard tests/unit/Makefile.inc) | $$(GEN_SOURCES)
	@echo "  CC      $$@"
	@mkdir -p $$(@D)
	@$$(CC) $$($(1)-cflags) $$(UNIT_CPPFLAGS) $$(UNIT_CFLAGS) -MMD -MP -c -o $$@ $$<
-include $$($(1)-objects:.o=.d)
endef
$(foreach test,$(UNIT_TESTS),$(eval $(call unit_program,$(test))))

.PHONY: unit-programs
unit-programs: $(UNIT_PROGRAMS)
