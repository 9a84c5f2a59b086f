/** Proves the choice of providers. */
@NullMarked
package io.cortexreactive.examples.backend;

import org.jspecify.annotations.NullMarked;
