// SPDX-License-Identifier: GPL-2.0
/*
 * weir: a packet filter. This is where the module comes and goes.
 */

#include <linux/module.h>
#include "core.h"

static int __init weir_init(void)
{
	int err;

	err = weir_retire_register();
	if (err)
		return err;
	err = weir_net_register();
	if (err)
		goto err_unregister_retire;
	err = weir_txn_register();
	if (err)
		goto err_unregister_net;
	err = weir_genl_register();
	if (err)
		goto err_unregister_txn;
	return 0;

err_unregister_txn:
	weir_txn_unregister();
err_unregister_net:
	weir_net_unregister();
err_unregister_retire:
	weir_retire_unregister();
	return err;
}

static void __exit weir_exit(void)
{
	weir_genl_unregister();
	weir_txn_unregister();
	weir_net_unregister();
	weir_retire_unregister();
	/* Names and machine code may still be on their way out. */
	rcu_barrier();
}

module_init(weir_init);
module_exit(weir_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("weir packet filter");
MODULE_VERSION(WEIR_VERSION);
MODULE_ALIAS_GENL_FAMILY(WEIR_FAMILY_NAME);
