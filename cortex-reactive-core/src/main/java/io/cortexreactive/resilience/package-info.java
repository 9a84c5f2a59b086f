/** Trying again: when, and when not. Knows nothing of models; generic over what may fail transiently. */
@NullMarked
package io.cortexreactive.resilience;

import org.jspecify.annotations.NullMarked;
