/** The providers that can be asked: what the environment names, or simulated ones that speak the same protocols. */
@NullMarked
package io.cortexreactive.examples.backend;

import org.jspecify.annotations.NullMarked;
