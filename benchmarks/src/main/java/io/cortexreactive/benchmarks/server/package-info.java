/**
 * A model server that costs next to nothing: its answers are encoded beforehand, so that the client is what is
 * measured. Directly on Netty, since it has to see each connection: when it closes, and when it can take no more.
 */
@NullMarked
package io.cortexreactive.benchmarks.server;

import org.jspecify.annotations.NullMarked;
