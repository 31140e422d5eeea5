// SPDX-License-Identifier: GPL-2.0
/*
 * Loading the kernel module, and saying why it cannot be loaded. It is loaded already
 * nearly always, and libkmod brings OpenSSL and two libraries of compression along,
 * which is half of the time that the program takes to start. So libkmod is loaded when
 * a module is.
 */

#include <errno.h>
#include <libkmod.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "library.h"
#include "sock.h"

/* The functions of libkmod that are used here. */
static struct {
	__typeof__(kmod_new) *new;
	__typeof__(kmod_unref) *unref;
	__typeof__(kmod_set_log_priority) *set_log_priority;
	__typeof__(kmod_list_next) *list_next;
	__typeof__(kmod_module_new_from_lookup) *module_new_from_lookup;
	__typeof__(kmod_module_get_module) *module_get_module;
	__typeof__(kmod_module_unref) *module_unref;
	__typeof__(kmod_module_unref_list) *module_unref_list;
	__typeof__(kmod_module_probe_insert_module) *module_probe_insert_module;
} kmod;

static const struct weir_library_symbol functions[] = {
	{ "kmod_new", &kmod.new },
	{ "kmod_unref", &kmod.unref },
	{ "kmod_set_log_priority", &kmod.set_log_priority },
	{ "kmod_list_next", &kmod.list_next },
	{ "kmod_module_new_from_lookup", &kmod.module_new_from_lookup },
	{ "kmod_module_get_module", &kmod.module_get_module },
	{ "kmod_module_unref", &kmod.module_unref },
	{ "kmod_module_unref_list", &kmod.module_unref_list },
	{ "kmod_module_probe_insert_module", &kmod.module_probe_insert_module },
	{ NULL }
};

static bool find_kmod(struct weir_errors *errors)
{
	const char *why = weir_library_load("libkmod.so.2", functions);

	if (why)
		weir_error_add(errors, NULL, ENOENT,
			       "the kernel module weir is not loaded, and cannot be without libkmod: %s",
			       why);
	return !why;
}

static void explain_missing(struct weir_errors *errors)
{
	struct weir_error *error;
	struct utsname name;

	uname(&name);
	error = weir_error_add(errors, NULL, ENOENT,
			       "the kernel module weir is not built for kernel %s", name.release);
	weir_error_hint(error, "see \"dkms status weir\", or run \"make install\" in the source folder with the headers of this kernel installed");
}

static void explain_signature(struct weir_errors *errors, int code)
{
	struct weir_error *error;

	error = weir_error_add(errors, NULL, code,
			       "the kernel module weir was rejected: it is not signed with a key that this machine trusts (Secure Boot)");
	weir_error_hint(error, "enrol the key that dkms signs with: \"mokutil --import /var/lib/dkms/mok.pub\", reboot, and confirm it; or switch Secure Boot off");
}

static void explain_permission(struct weir_errors *errors)
{
	struct weir_error *error;

	if (geteuid()) {
		error = weir_error_add(errors, NULL, EPERM,
				       "the kernel module weir is not loaded, and only root can load it");
		weir_error_hint(error, "run it as root, or load the module at boot through /etc/modules-load.d");
		return;
	}
	error = weir_error_add(errors, NULL, EPERM,
			       "the kernel does not permit the module weir to be loaded here");
	weir_error_hint(error, "in a container, load it on the host; with Secure Boot, a locked down kernel takes signed modules only");
}

static void explain(struct weir_errors *errors, int code)
{
	struct weir_error *error;

	switch (code) {
	case EKEYREJECTED:
	case ENOKEY:
	case EKEYEXPIRED:
	case EKEYREVOKED:
		explain_signature(errors, code);
		return;
	case EPERM:
	case EACCES:
		explain_permission(errors);
		return;
	case ENOEXEC:
		error = weir_error_add(errors, NULL, code,
				       "the kernel module weir was built for another kernel");
		weir_error_hint(error, "build it again: \"dkms autoinstall\" or \"make install\"; the kernel's log says what does not fit");
		return;
	case ENOENT:
		error = weir_error_add(errors, NULL, code,
				       "the kernel module weir needs something that this kernel does not have");
		weir_error_hint(error, "the kernel's log names it: \"dmesg | grep weir\"");
		return;
	default:
		error = weir_error_add(errors, NULL, code,
				       "the kernel module weir cannot be loaded: %s",
				       strerror(code));
		weir_error_hint(error, "the kernel's log may say more: \"dmesg | grep weir\"");
	}
}

static bool insert_all(struct kmod_list *list, struct weir_errors *errors)
{
	struct kmod_list *pos;

	for (pos = list; pos; pos = kmod.list_next(list, pos)) {
		struct kmod_module *module = kmod.module_get_module(pos);
		int err = kmod.module_probe_insert_module(module, KMOD_PROBE_APPLY_BLACKLIST,
							  NULL, NULL, NULL, NULL);

		kmod.module_unref(module);
		if (err > 0) {
			weir_error_add(errors, NULL, EPERM,
				       "the kernel module weir is on the blacklist in /etc/modprobe.d");
			return false;
		}
		if (err < 0 && err != -EEXIST) {
			explain(errors, -err);
			return false;
		}
	}
	return true;
}

bool weir_module_load(struct weir_errors *errors)
{
	struct kmod_list *list = NULL;
	struct kmod_ctx *ctx;
	bool loaded = false;

	if (!find_kmod(errors))
		return false;
	ctx = kmod.new(NULL, NULL);
	if (!ctx) {
		explain_missing(errors);
		return false;
	}
	kmod.set_log_priority(ctx, 0);
	if (kmod.module_new_from_lookup(ctx, "weir", &list) < 0 || !list)
		explain_missing(errors);
	else
		loaded = insert_all(list, errors);
	kmod.module_unref_list(list);
	kmod.unref(ctx);
	return loaded;
}
