/**
 * Server-sent events: answers and runs as front ends read them, in plain frames and in the protocols of two of them.
 */
@NullMarked
package io.cortexreactive.sse;

import org.jspecify.annotations.NullMarked;
