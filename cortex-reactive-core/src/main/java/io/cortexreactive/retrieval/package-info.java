/** Retrieval: finding what a model should know before it answers. */
@NullMarked
package io.cortexreactive.retrieval;

import org.jspecify.annotations.NullMarked;
