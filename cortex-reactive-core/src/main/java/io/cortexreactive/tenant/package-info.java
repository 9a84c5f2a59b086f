/** Who a call is for: the tenant and the correlation id, carried by the Reactor Context. */
@NullMarked
package io.cortexreactive.tenant;

import org.jspecify.annotations.NullMarked;
