// SPDX-License-Identifier: GPL-2.0
/*
 * From eBPF to machine code, by the kernel's own JIT. No verifier looks at the
 * program: that engine/jit.c is right is what the interpreter and the tests that
 * compare them are for.
 *
 * Where the JIT is switched off the kernel would interpret the program; our own
 * interpreter is the better one for that, so such a program is given back.
 */
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/mm.h>
#include "prog.h"

bool weir_jit_available(void)
{
	/* The kernel's 32 bit JITs lack what rules need most, 64 bit loads. */
	return IS_ENABLED(CONFIG_BPF_JIT) && IS_ENABLED(CONFIG_64BIT);
}

struct bpf_prog *weir_native_create(const struct bpf_insn *insns, u32 n)
{
	struct bpf_prog *bpf;
	int err = 0;

	/* Without memory the rules are interpreted: nothing to warn of. */
	bpf = bpf_prog_alloc(bpf_prog_size(n), __GFP_NOWARN);
	if (!bpf)
		return NULL;
	if (!bpf->jit_requested)
		goto err_free_bpf;

	bpf->type = BPF_PROG_TYPE_SOCKET_FILTER;
	bpf->gpl_compatible = 1;
	bpf->len = n;
	memcpy(bpf->insnsi, insns, array_size(n, sizeof(*insns)));

	bpf = bpf_prog_select_runtime(bpf, &err);
	if (err || !bpf->jited)
		goto err_free_bpf;
	return bpf;

err_free_bpf:
	bpf_prog_free(bpf);
	return NULL;
}

void weir_native_destroy(struct bpf_prog *bpf)
{
	if (bpf)
		bpf_prog_free(bpf);
}

size_t weir_native_size(const struct bpf_prog *bpf)
{
	return bpf ? (size_t)bpf->pages * PAGE_SIZE + bpf->jited_len : 0;
}

size_t weir_native_len(const struct bpf_prog *bpf)
{
	return bpf ? bpf->jited_len : 0;
}
