/**
 * What runs in the process of a client: it needs Reactor and nothing else, so that a peer has the class path it would
 * have in an application of its own.
 */
@NullMarked
package io.cortexreactive.benchmarks.client;

import org.jspecify.annotations.NullMarked;
