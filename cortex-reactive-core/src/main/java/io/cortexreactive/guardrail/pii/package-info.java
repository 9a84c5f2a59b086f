/** Personal data in texts: found while it streams, then masked, blocked or reported. */
@NullMarked
package io.cortexreactive.guardrail.pii;

import org.jspecify.annotations.NullMarked;
