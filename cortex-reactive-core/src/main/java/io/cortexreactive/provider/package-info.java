/** Talking to a model: the provider SPI, the registry with its tenant views, and the errors every provider maps to. */
@NullMarked
package io.cortexreactive.provider;

import org.jspecify.annotations.NullMarked;
