/**
 * Runs that survive a crash, whatever they run: {@link io.cortexreactive.durable.RunLog} keeps them, and decides by
 * epochs and leases who may change them.
 */
@NullMarked
package io.cortexreactive.durable;

import org.jspecify.annotations.NullMarked;
