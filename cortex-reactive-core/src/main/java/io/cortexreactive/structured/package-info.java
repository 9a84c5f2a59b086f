/** Structured output: answers of a given shape, whole or as they grow. */
@NullMarked
package io.cortexreactive.structured;

import org.jspecify.annotations.NullMarked;
