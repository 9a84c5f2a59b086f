/** A chat with a web page: Spring WebFlux in front, a model provider behind, demand and cancel all the way. */
@NullMarked
package io.cortexreactive.examples.app;

import org.jspecify.annotations.NullMarked;
